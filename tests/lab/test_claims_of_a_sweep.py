"""Claims of an experiment: what a sweep prints and writes of them, and its exit code."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from rich.console import Console

from sim.analysis.claims.checked import Checked
from sim.analysis.claims.claim import claims_of
from sim.analysis.claims.shown import parts
from sim.analysis.jobs.questions import Questions
from sim.lab.entry.app import main
from sim.lab.report.charts import claims as chart
from sim.lab.report.text.tables import show
from sim.lab.sweep.claims import check_claims, named_agents
from tests.lab.test_search import undrawn

REGRET = "regret/at_base_rate"
AGENTS = {"params": {"agent": "uniform,ucb1_online"}}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runs are, made by the first test that needs them."""
    return tmp_path_factory.mktemp("claims")


@pytest.fixture
def checked(tiny: Path, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that sweeps two agents under claims; it returns the exit code and the written table."""
    undrawn(monkeypatch)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "conf" / "experiment"
    folder.mkdir(parents=True)

    def swept(claims: object, *more: str) -> tuple[int, pd.DataFrame | None]:
        experiment = {"claims": claims, "replications": 3, "hydra": {"mode": "MULTIRUN", "sweeper": AGENTS}}
        (folder / "mine.yaml").write_text(f"# @package _global_\n{yaml.safe_dump(experiment)}")
        code = main([
            "--config-dir", str(tmp_path / "conf"), "experiment=mine", f"scenario={tiny}", "hydra/launcher=basic",
            "tracker=none", f"results.dir={results}", *more,
        ])  # fmt: skip
        written = sorted(results.glob("sweeps/mine-*/claims.csv"), key=lambda file: file.stat().st_mtime)
        return code, pd.read_csv(written[-1]) if written else None

    return swept


def test_a_sweep_whose_claims_pass_ends_with_0(checked, capsys) -> None:
    code, table = checked({REGRET: {"of": "ucb1_online", "versus": "uniform", "at_most": 2.0}})
    assert code == 0
    assert (table.loc[0, "verdict"], table.loc[0, "pairs"], table.loc[0, "at_most"]) == ("pass", 3, 2.0)
    page = capsys.readouterr().out
    assert "regret/at_base_rate: ucb1_online - uniform <= 2" in page
    assert "1 of 1 claim passed." in page
    assert "claims.csv, claims.png" in page


def test_a_claim_that_fails_ends_a_sweep_with_1_one_that_is_open_with_3(checked, capsys) -> None:
    fails = {"of": "ucb1_online", "versus": "uniform", "at_least": 2.0}
    code, table = checked({REGRET: fails, "requests": {"of": "ucb1_online", "versus": "uniform", "at_most": 0}})
    assert (code, table["verdict"].tolist()) == (1, ["fail", "pass"])
    assert capsys.readouterr().err.splitlines()[-1] == "claims: one or more failed"
    code, table = checked({REGRET: fails}, "replications=1")
    assert (code, table["verdict"].tolist()) == (3, ["inconclusive"])
    assert capsys.readouterr().err.splitlines()[-1] == "claims: none failed, not all are decided"


WRONG = {
    "unknown agent": ("ucb2", REGRET, (), "claims.regret/at_base_rate.of: 'ucb2' fits no run; candidates are"),
    "unknown score": ("uniform", "regret", (), "claims: unknown name 'regret', did you mean regret/total"),
    "a list for a block": ("uniform", REGRET, ("claims=[1]",), "claims=[1]: has a list [...] where there is a block "),
    "another score": ("uniform", REGRET, ("claims={requests: 3}",), "claims.requests: is 3; keys of versus at_most "),
    "a single run": ("uniform", REGRET, ("hydra.mode=RUN",), "claims: are about several agents"),
}


@pytest.mark.parametrize(("name", "score", "more", "message"), WRONG.values(), ids=WRONG)
def test_claims_about_nothing_are_wrong_input_before_anything_runs(checked, capsys, name, score, more, message) -> None:
    code, _ = checked({score: {"of": name, "versus": "ucb1_online", "at_most": 1}}, *more)
    assert code == 2
    assert capsys.readouterr().err.startswith(message)


def test_a_sweep_with_missing_runs_does_not_check_its_claims(capsys) -> None:
    told = claims_of({REGRET: {"of": "ucb1_online", "versus": "uniform", "at_most": 1}})
    assert check_claims(SimpleNamespace(questions=Questions(claims=told), plans=[1, 2, 3]), []) == []
    assert capsys.readouterr().err == "claims: not checked, 3 of 3 runs are missing\n"
    assert check_claims(SimpleNamespace(questions=Questions(), plans=[1]), []) == []


def test_the_names_of_agents_stand_for_their_parts() -> None:
    assert named_agents()["linucb_hourly"] == {"learner": "linucb", "correction": "wait", "cadence": "hourly"}


def test_the_table_of_claims_fits_eighty_columns() -> None:
    (told,) = claims_of(
        {"staleness/data_age/mean": {"of": "linucb_hourly", "versus": "linucb_online", "at_most": "3h"}}
    )
    page = StringIO()
    checked = [Checked(told, "push 20m", 12, 3830.0, 116.0, 1e-9, 1e-9, "pass")]
    show(parts(checked), Console(file=page, width=80))
    assert max(map(len, page.getvalue().splitlines())) <= 80
    assert all(word in page.getvalue() for word in ("3830 ± 116 s", "20m", "pass", "linucb_online <= 3h"))


def test_the_figure_of_claims_has_a_scale_for_each_with_its_bound_and_worlds() -> None:
    age, regret = claims_of({
        "staleness/data_age/mean": {"of": "a", "versus": "b", "at_most": "3h"},
        REGRET: {"of": "a", "versus": "b", "at_least": 0.1},
    })  # fmt: skip
    rows = [Checked(age, "push 20m", 12, 3600.0, 360.0, verdict="pass"), Checked(age, "push 6h", 1, 7200.0)]
    drawn = chart.draw([*rows, Checked(regret, "push 6h", 0)])
    hours, plain = drawn.axes
    assert [one.get_text() for one in hours.get_yticklabels()] == ["push 20m", "push 6h"]
    assert [line.get_xdata()[0] for line in hours.lines if line.get_marker() in "oXs"] == [1.0, 2.0]
    assert [axes.lines[-1].get_xdata()[0] for axes in (hours, plain)] == [3.0, 0.1]  # the bound is drawn last
    assert (hours.get_title(loc="left"), hours.get_xlabel().endswith(": staleness/data_age/mean, hours")) == (
        "staleness/data_age/mean: a - b <= 3h",
        True,
    )
    assert [one.get_text() for one in drawn.legends[0].get_texts()][:2] == ["pass", "inconclusive"]
