"""What to do about what is undecided: how many replications, by an independent computation, and a command that runs."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.analysis.paired.advice import advice
from sim.analysis.paired.decisions import decide, open_pairs
from sim.analysis.paired.planning import MOST, interval_needed, pairs_needed
from sim.analysis.paired.sentences import sentence_of
from sim.lab.cli import main as delaylab
from sim.lab.entry.app import main
from sim.lab.store.sweep_file import runs_of, sweeps
from tests.lab.conftest import page_only


@pytest.mark.parametrize(("gap", "spread", "error"), [(0.5, 1.0, 0.05), (1.0, 1.0, 0.05 / 15), (-0.03, 0.1, 0.05 / 17)])
def test_so_many_pairs_find_it_with_eighty_percent(gap: float, spread: float, error: float) -> None:
    count = pairs_needed(gap, spread, error)
    draws = np.random.default_rng(1).normal(gap, spread, size=(20_000, count))
    found = (stats.ttest_1samp(draws, 0.0, axis=1).pvalue < error).mean()
    fewer = (stats.ttest_1samp(draws[:, :-1], 0.0, axis=1).pvalue < error).mean()
    assert found >= 0.8 - 0.009 > fewer - 0.03
    assert found - 0.05 < 0.8


def test_many_pairs_are_as_the_normal_law_has_them() -> None:
    needed = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 / 0.1**2
    assert pairs_needed(0.1, 1.0, 0.05) == pytest.approx(needed, abs=2.5)
    assert pairs_needed(0.0, 1.0, 0.05) == pairs_needed(1e-9, 1.0, 0.05) == MOST
    assert pairs_needed(1.0, 0.0, 0.05) == 2


def test_the_interval_is_that_of_the_variance() -> None:
    """In 95 % of pilot studies of 12 pairs it holds the number that the true spread needs."""
    rng, true = np.random.default_rng(2), pairs_needed(0.4, 1.0, 0.01)
    spreads = rng.normal(size=(2000, 12)).std(axis=1, ddof=1)
    ends = [interval_needed(0.4, spread, 12, 0.01) for spread in spreads]
    assert np.mean([low <= true <= high for low, high in ends]) == pytest.approx(0.95, abs=0.016)


def scores(shift: float, count: int, seed: int) -> dict[tuple[int, int], float]:
    return {(0, n): float(shift + x) for n, x in enumerate(np.random.default_rng(seed).normal(size=count))}


def test_the_largest_gaps_come_first_and_holm_is_paid_for() -> None:
    agents = [scores(shift, 12, n) for n, shift in enumerate((0.0, 0.2, 0.7, 0.4, 9.0))]
    decided = decide(agents, 0, every=True)
    left = open_pairs(agents, decided, every=True)
    assert left == 6  # of ten pairs, the four with the last one are decided
    told = advice([(f"agent {n}", one) for n, one in enumerate(decided)], left, 1, [0])
    assert told is not None
    gaps = [abs(gap.decision.behind) for gap in told.gaps]
    assert gaps == sorted((abs(one.behind) for one in decided[1:4]), reverse=True)
    first = told.gaps[0]
    spread = np.std([agents[int(first.name[-1])][0, n] - agents[0][0, n] for n in range(12)], ddof=1)
    assert (first.low, first.high) == interval_needed(first.decision.behind, spread, 12, 0.05 / 6)
    assert told.overrides == (f"replications={first.high}", "seed=1")
    assert f"{first.name}: {first.low:,} to {first.high:,}; " in sentence_of(told)
    alone, half = (advice([("agent", decided[1])], left, 1, seeds) for seeds in ([0], [0, 4]))
    assert alone is not None
    assert half is not None
    assert half.overrides == (f"replications={-(-alone.replications // 2)}", "seed=5,6")


def test_below_six_pairs_it_says_how_to_get_more() -> None:
    agents = [scores(shift, 5, n) for n, shift in enumerate((0.0, 0.2))]
    told = advice([("a", one) for one in decide(agents, 0)], 1, 1, [0])
    assert told is not None
    assert told.gaps == ()
    assert told.overrides == ("replications=12", "seed=1")
    assert sentence_of(told).startswith("Fewer than 6 replications do not tell")
    alone = advice([("a", one) for one in decide([scores(0.0, 12, 1), scores(9.0, 12, 2)], 0)], 0, 1, [0])
    assert alone is None


SWEEP = ["learner=ucb1", "cadence=hourly", "cadence.interval=30m,1h",
         'scenario.platform.push="lognormal(median=1m, p95=3m)"']  # fmt: skip


def pasted(said: str) -> list[str]:
    """Return the arguments of the command that was printed."""
    words = shlex.split(said.partition("next:\n")[2].splitlines()[0])
    assert words[:4] == ["python", "-m", "sim", "-m"]
    return words[4:]


def test_the_command_makes_the_same_sweep_with_more_replications(lab, capsys, tmp_path: Path, monkeypatch) -> None:
    page_only(monkeypatch)
    assert lab("-m", "hydra/launcher=basic", *SWEEP, "replications=2", "results.dir=first one") == 0
    told = pasted(capsys.readouterr().out)
    assert told[-4:-2] == ["replications=12", "seed=1"]
    (folder,) = sweeps(tmp_path / "first one")
    before = runs_of(tmp_path / "first one", folder.name)
    assert "first one" not in (folder / "sweep.json").read_text() + (folder / "report.html").read_text(encoding="utf-8")
    assert "run the same again with replications=12 seed=1" in (folder / "report.html").read_text(encoding="utf-8")
    assert main(["-m", *(one.replace("replications=12", "replications=1") for one in told)]) == 0
    new = next(f for f in sweeps(tmp_path / "first one") if f.name != folder.name)
    after = runs_of(tmp_path / "first one", new.name)
    assert len(before) == 2
    for old, one in zip(before, after, strict=True):
        assert one.config["scenario"] == old.config["scenario"]
        assert one.config["agent"] == old.config["agent"]
        assert (one.config["seed"], one.config["replications"]) == (1, 1)
    capsys.readouterr()
    assert delaylab(["compare", str(folder)]) == 0
    assert pasted(capsys.readouterr().out) == told
    about = json.loads((folder / "sweep.json").read_text())
    (folder / "sweep.json").write_text(json.dumps(about | {"command": ["learner._target_=os.system", "seed=1"]}))
    assert delaylab(["compare", str(folder)]) == 0  # a stranger's
    said = capsys.readouterr().out
    assert "os.system" not in said
    assert "next:" not in said


@pytest.mark.slow
def test_where_looks_are_planned_the_maximum_is_raised_with_a_new_seed(lab, capsys, tmp_path: Path) -> None:
    asked = ["learner=ucb1,epsilon_greedy", "replications={until: settled, max: 6}"]
    assert lab("-m", "hydra/launcher=basic", *asked) == 0
    out = capsys.readouterr().out
    told = pasted(out)
    assert told[-1] == "seed=1"
    most = int(told[-2].removeprefix("replications.max="))
    assert most > 6
    assert f"replications.max={most} seed=1" in " ".join(out.split())
    assert main(["-m", *(one.replace(f"max={most}", "max=8") for one in told)]) == 0
    assert json.loads((sweeps(tmp_path / "results")[-1] / "sweep.json").read_text())["until"]["max"] == 8
