"""Replications until decided: validity of the looks, who goes on, and that every round is a plain run."""

import re
import shutil
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.decisions import decide, standings
from sim.analysis.paired.statistics import t_interval
from sim.analysis.paired.stopping_status import further, stopped
from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.errors import LabError
from sim.lab.cli import main as delaylab
from sim.lab.entry.app import main
from sim.lab.store.run_folder import Record, records
from sim.lab.store.sweep_file import runs_of, sweeps
from tests.lab.conftest import TINY, page_only, undrawn

REGRET = "regret/at_base_rate"
STUDIES = 2000
LOOKS = StoppingRule(True, None).looks
UNTIL = ["learner=ucb1,epsilon_greedy,uniform", "replications.until=settled", "replications.max=8"]


def ever_wrong(draws: np.ndarray, looks: tuple[int, ...], corrected: bool) -> float:
    """Return in which share of studies some look's 95 % interval leaves out the true mean, 0."""
    wrong = np.zeros(len(draws), dtype=bool)
    for count in looks:
        told = [t_interval(row, len(looks) if corrected else 1) for row in draws[:, :count]]
        wrong |= np.array([abs(mean) > half for mean, half, _ in told])
    return float(wrong.mean())


def test_no_look_leaves_out_the_truth_with_95_percent() -> None:
    draws = np.random.default_rng(5).normal(size=(STUDIES, LOOKS[-1]))
    most = 0.05 + 3 * np.sqrt(0.05 * 0.95 / STUDIES)
    assert ever_wrong(draws, LOOKS, corrected=True) <= most
    assert ever_wrong(draws, LOOKS, corrected=False) > 2 * most  # whoever peeks with plain intervals


@pytest.mark.parametrize("studies", [100, pytest.param(400, marks=pytest.mark.slow)])
def test_few_false_verdicts_whatever_is_chosen_as_the_best(monkeypatch, studies) -> None:
    """Six equal agents, analysed repeatedly, each time against the best so far.

    With an error of 0.10 instead of 0.05 the test fails with probability 0.55, with 400 studies 0.98.
    """
    monkeypatch.setattr("sim.analysis.paired.decisions.bootstrap_interval", lambda gaps: None)  # slow, and has no say
    rng, wrong = np.random.default_rng(6), np.zeros(2)
    for _ in range(studies):
        draws = rng.normal(size=(6, 32)) + rng.normal(size=32)
        for place, looks in enumerate((4, 1)):
            wrong[place] += any(
                one.verdict in ("better", "worse")
                for count in (4, 8, 16, 32)
                for one in decide(*_against_the_best(draws[:, :count]), looks, every=looks > 1)
            )
    most = 0.05 + 2 * np.sqrt(0.05 * 0.95 / studies)
    assert wrong[0] / studies <= most
    assert wrong[1] / studies > 2 * most


def _against_the_best(draws: np.ndarray) -> tuple[list[dict[tuple[int, int], float]], int]:
    scores = [{(0, n): float(value) for n, value in enumerate(row)} for row in draws]
    return scores, int(np.argmin(standings(scores)))


def test_a_looks_interval_is_students_at_a_share_of_the_error() -> None:
    gaps = np.array([0.31, -0.12, 0.25, 0.4, 0.08])
    mean, half, p = t_interval(gaps, 5) or (0, 0, 0)
    theirs = stats.ttest_1samp(gaps, 0.0)
    assert (mean - half, mean + half) == pytest.approx(tuple(theirs.confidence_interval(0.99)))
    assert p == pytest.approx(5 * theirs.pvalue)
    assert (t_interval(np.array([1.0, -1.1]), 5) or (0, 0, 0))[2] == 1.0


def test_all_pairs_count_where_the_best_is_chosen_from_the_data() -> None:
    rng = np.random.default_rng(0)
    scores = [{(0, n): m + x for n, x in enumerate(rng.normal(size=8))} for m in (0.0, 2.0, 2.1)]
    named, chosen = decide(scores, 0), decide(scores, 0, every=True)
    lone = sorted([named[1].p, named[2].p])
    assert sorted([named[1].adjusted, named[2].adjusted])[0] == pytest.approx(2 * lone[0])
    assert sorted([chosen[1].adjusted, chosen[2].adjusted])[0] == pytest.approx(3 * lone[0])


def test_the_best_is_told_on_common_replications() -> None:
    """One that was dropped after two easy worlds has the least mean, and is not the best."""
    luck = [0.0, 0.0, 5.0, 5.0]
    best, other = ({(0, n): x + more for n, x in enumerate(luck)} for more in (1.0, 1.5))
    dropped = {(0, n): 2.0 for n in range(2)}
    assert standings([best, other, dropped]) == [3.5, 4.0, 4.5]
    assert standings([dropped, {(7, 0): 1.0}, {}]) == [2.0, 1.0, np.inf]


@pytest.mark.parametrize(
    ("value", "until", "looks"),
    [
        ({"until": "settled"}, StoppingRule(True, None), (4, 8, 16, 32, 64)),
        ({"until": 0.02, "max": 3}, StoppingRule(False, 0.02, 3, 3), (3,)),
        ({"until": "settled or 0.1", "max": 9, "min": 2}, StoppingRule(True, 0.1, 2, 9), (2, 4, 8, 9)),
        ({"until": "0.1", "baseline": "ucb1"}, StoppingRule(False, 0.1, baseline="ucb1"), (4, 8, 16, 32, 64)),
    ],
)
def test_what_may_be_asked_for(value, until, looks) -> None:
    assert stopping_rule_of(value) == stopping_rule_of(until.plain()) == until
    assert until.looks == looks
    assert until.after(looks[-1]) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"max": 8}, "replications.until: is missing"),
        ({"until": "decided"}, "replications.until: is 'decided'; 'settled', a half-width > 0"),
        ({"until": True}, "replications.until: is True"),
        ({"until": "-1"}, "replications.until: is '-1'"),
        ({"until": "0.1 or 0.2"}, "replications.until: is '0.1 or 0.2'"),
        ({"until": "settled", "max": 1}, "replications.max: is 1; a whole number >= 2"),
        ({"until": "settled", "min": 9, "max": 8}, "replications.min: is 9, more than replications.max=8"),
        ({"until": "settled", "maxx": 8}, "replications.maxx: unknown key, did you mean replications.max"),
    ],
)
def test_what_may_not(value, said) -> None:
    with pytest.raises(LabError, match="^" + said.replace(".", r"\.")):
        stopping_rule_of(value)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of a sweep whose replications were added until decided, at most 8."""
    folder = tmp_path_factory.mktemp("decided")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        page_only(patch)
        assert main([*common(folder), "-m", "hydra/launcher=basic", *UNTIL]) == 0
    return folder / "results"


def common(folder: Path) -> list[str]:
    return [f"scenario={folder / 'tiny.yaml'}", "tracker=none", f"results.dir={folder / 'results'}"]


def table(results: Path, capsys, *arguments: str) -> pd.DataFrame:
    """Return what ``delaylab compare --csv -`` says, by learner."""
    assert delaylab(["compare", str(results), "--csv", "-", *arguments]) == 0
    return pd.read_csv(StringIO(capsys.readouterr().out)).set_index("learner")


def test_a_settled_agent_stops_and_the_others_go_on(decided: Path, capsys) -> None:
    (folder,) = sweeps(decided)
    told = table(folder, capsys)
    assert told["replications"].to_dict() == {"epsilon_greedy": 8, "ucb1": 8, "uniform": 4}
    assert told["stopped"].to_dict() == {
        "epsilon_greedy": "compared with", "ucb1": "undecided: max reached", "uniform": "settled",
    }  # fmt: skip
    assert told["verdict"].to_dict() == {"epsilon_greedy": "baseline", "ucb1": "undecided", "uniform": "worse"}
    runs = {r.config["choices"]["learner"]: r for r in runs_of(decided, folder.name)}
    best, behind = (runs[n].table("replicates")[REGRET].to_numpy() for n in ("epsilon_greedy", "uniform"))
    theirs = stats.ttest_1samp(behind - best[:4], 0.0)  # on the replications that both have
    assert told.loc["uniform", "pairs"] == 4
    assert told.loc["uniform", "p"] == pytest.approx(2 * theirs.pvalue)  # for both looks
    interval = theirs.confidence_interval(0.975)
    assert told.loc["uniform", ["behind/low", "behind/high"]].tolist() == pytest.approx([interval.low, interval.high])
    pd.testing.assert_frame_equal(pd.read_csv(folder / "comparison.csv").set_index("learner"), told)


def test_people_are_told_how_many_and_why(decided: Path, capsys) -> None:
    (folder,) = sweeps(decided)
    assert delaylab(["compare", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Replications until settled; interim analyses at 4, 8" in said
    assert re.search(r"uniform +│ +4 │ +0\.\d+ │ settled ", said)
    assert re.search(r"ucb1 +│ +8 │ +0\.\d+ │ undecided: max reached ", said)
    assert "corrected for 2 interim analyses" in " ".join(said.split())  # wherever the line is wrapped
    assert "corrected for 2 interim analyses" in (folder / "report.html").read_text()
    assert delaylab(["compare", str(decided)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "They have 4 to 8 replications; two are compared on those that both have." in said
    assert looked_at(folder.name) in said


def looked_at(name: str) -> str:
    return f"Replications were added until decided by {name}: intervals and verdicts here are not corrected"


def test_a_folder_of_equal_counts_says_that_data_were_looked_at(decided: Path, tmp_path: Path, capsys) -> None:
    shutil.copytree(decided, tmp_path / "results")
    (shorter,) = [r.folder for r in runs_of(decided, sweeps(decided)[0].name) if r.config["replications"] == 4]
    shutil.rmtree(tmp_path / "results" / "runs" / shorter.name)
    assert delaylab(["compare", "--results", str(tmp_path / "results")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    (folder,) = sweeps(decided)
    assert "They have" not in said
    assert looked_at(folder.name) in said
    assert delaylab(["compare", folder.name, "--results", str(tmp_path / "results")]) == 0
    assert "added until decided" not in " ".join(capsys.readouterr().out.split())
    (tmp_path / "results" / "sweeps" / folder.name / "sweep.json").write_text("[]")  # a stranger's: no reason to stop
    assert delaylab(["compare", "--results", str(tmp_path / "results")]) == 0
    assert "added until decided" not in " ".join(capsys.readouterr().out.split())


def test_a_run_that_was_added_to_is_the_plain_run(decided: Path, tmp_path: Path) -> None:
    (grown,) = [
        r for r in records(decided) if r.config["replications"] == 8 and r.config["choices"]["learner"] == "ucb1"
    ]
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    assert main([*common(tmp_path), "learner=ucb1", "replications=8"]) == 0
    (plain,) = records(tmp_path / "results")
    assert plain.hash == grown.hash
    for name in ("summary.json", "scenario.yaml"):
        assert (plain.folder / name).read_bytes() == (grown.folder / name).read_bytes()
    for name in ("replicates", "curve", "versions"):
        pd.testing.assert_frame_equal(plain.table(name), grown.table(name), check_exact=True)
    assert plain.manifest["fingerprint"] == grown.manifest["fingerprint"]


def test_a_killed_sweep_typed_again_goes_on(decided: Path, tmp_path: Path, monkeypatch) -> None:
    """What is there is not computed again, and the sweep comes to the same end."""
    undrawn(monkeypatch)
    results = tmp_path / "results"
    shutil.copytree(decided, results)
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    before = {r.hash: r.manifest["started_at"] for r in records(results)}
    (name,) = [f.name for f in sweeps(results)]
    last = runs_of(results, name)[0].folder
    shutil.rmtree(last)
    shutil.rmtree(results / "sweeps")
    assert main([*common(tmp_path), "-m", "hydra/launcher=basic", *UNTIL]) == 0
    after = {r.hash: r.manifest["started_at"] for r in records(results)}
    assert {n for n in after if after[n] != before[n]} == {last.name}
    (folder,) = sweeps(results)
    assert folder.name == name
    assert (folder / "comparison.csv").read_bytes() == (decided / "sweeps" / name / "comparison.csv").read_bytes()


def test_where_a_later_round_fails_the_last_complete_run_counts(decided: Path, tmp_path: Path, monkeypatch) -> None:
    undrawn(monkeypatch)
    results = tmp_path / "results"
    shutil.copytree(decided, results)
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    for record in records(results):
        if record.config["replications"] == 8:
            shutil.rmtree(record.folder)

    def broken(job, *_):
        raise RuntimeError("no more")

    monkeypatch.setattr("sim.lab.run.run.compute", broken)
    assert main([*common(tmp_path), "-m", "hydra/launcher=basic", *UNTIL]) == 1
    (folder,) = sweeps(results)
    assert [r.config["replications"] for r in runs_of(results, folder.name)] == [4, 4, 4]
    assert (folder / "failures.txt").read_text().count("RuntimeError: no more") == 2


def test_one_run_grows_until_its_mean_is_known(lab, capsys, tmp_path: Path) -> None:
    assert lab("learner=ucb1", "replications={until: 0.03, max: 16}") == 0
    said = capsys.readouterr().out
    runs = {r.config["replications"]: r for r in records(tmp_path / "results")}
    halves = {n: (t_interval(r.table("replicates")[REGRET].to_numpy(), 3) or (0, 0))[1] for n, r in runs.items()}
    assert list(halves) == [4, 8]
    assert halves[4] > 0.03 >= halves[8]
    assert (
        f"half-width {halves[8]:.2g} of regret at the base rate with 8 of at most 16 replications (reached 0.03" in said
    )
    assert lab("learner=uniform", "replications={until: 0.0001, max: 4}") == 0
    assert "(undecided: more than 0.0001, and no more are allowed" in capsys.readouterr().out


def test_a_number_is_a_number_of_replications(lab, only_run) -> None:
    assert lab("agent=uniform", "replications=2") == 0
    assert Record(only_run()).config["replications"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replications.until=settled"], "replications.until: settled is about the difference of agents"),
        (["replications={max: 4}"], "replications.until: is missing"),
        (
            ["-m", "learner=ucb1,uniform", "replications={until: settled, baseline: nobody}"],
            "replications.baseline: 'nobody' fits no run; candidates are 'ucb1'; 'uniform'",
        ),
        (["-m", "replications.until=settled,0.1"], "replications: with until, all jobs of a sweep have the same"),
    ],
)
def test_wrong_input_is_a_line(lab, capsys, tmp_path: Path, arguments, said) -> None:
    assert lab(*arguments) == 2
    assert capsys.readouterr().err.startswith(said)
    assert not list((tmp_path / "results").glob("runs/*"))


def test_one_that_is_known_to_be_worse_but_not_by_how_much_is_told_so(decided: Path) -> None:
    (folder,) = sweeps(decided)
    found = comparison(runs_of(decided, folder.name), until=StoppingRule(False, 0.001, 4, 4))
    (world,) = found.worlds
    told = {found.label(one): stopped(found, world, one, decision) for one, decision in world.ranked()}
    assert told["uniform"] == "max reached: half-width > 0.001"
    assert told["ucb1"] == "undecided: max reached"
    assert further(found) == {}
