"""Rules of thumb of an experiment: what a sweep prints and writes of them."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.lab.entry.app import main
from tests.lab.test_search import undrawn

RULES = {
    "margin": 0.1,
    "down": "scenario.feedback.click.delay",
    "across": "scenario.platform.push",
    "each": [
        {"says": "random will do", "source": "nobody", "obeys": {"learner": "uniform"}, "versus": {"learner": "ucb1"}}
    ],
    "quick": {"replications": 2},
}
SWEPT = {
    "scenario.feedback.click.delay": "constant(1m),constant(2m)",
    "scenario.platform.push": "constant(1m)",
    "learner": "uniform,ucb1",
}


@pytest.fixture
def swept(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that sweeps two learners in two worlds; it returns the exit code."""
    undrawn(monkeypatch)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "conf" / "experiment"
    folder.mkdir(parents=True)

    def run(rules: dict[str, object], *more: str) -> int:
        experiment = {
            "decision": {"name": "rules", **rules},
            "replications": 6,
            "hydra": {"mode": "MULTIRUN", "sweeper": {"params": SWEPT}},
        }
        (folder / "mine.yaml").write_text(f"# @package _global_\n{yaml.safe_dump(experiment)}")
        return main([
            "--config-dir", str(tmp_path / "conf"), "experiment=mine", f"scenario={tiny}", "hydra/launcher=basic",
            "cadence=hourly", "tracker=none", *more,
        ])  # fmt: skip

    return run


def test_a_sweep_ends_with_the_verdicts_of_its_rules(swept, tmp_path: Path, capsys) -> None:
    assert swept(RULES, "quick=true") == 0
    (folder,) = (tmp_path / "results" / "sweeps").iterdir()
    table = pd.read_csv(folder / "rules.csv")
    assert table["rule"].tolist() == ["random will do"] * 2
    assert table["scenario.feedback.click.delay"].tolist() == ["1m", "2m"]
    assert table["pairs"].tolist() == [2, 2]  # those of the quick mode
    both = pd.read_csv(folder / "comparison.csv").set_index(["scenario.feedback.click.delay", "learner"])
    regret = both["regret/at_base_rate"]
    loss = (regret["1m", "uniform"] - regret["1m", "ucb1"]) / both["reward/per_request"]["1m", "ucb1"]
    assert table["loss"][0] == pytest.approx(loss)
    assert (folder / "rules.png").is_file()
    told = capsys.readouterr()
    assert '"random will do" ' in told.out
    assert "quick=true only shows that it works" in told.err


def test_settings_that_no_run_will_have_are_a_line_before_anything_runs(swept, tmp_path: Path, capsys) -> None:
    wrong = RULES | {"each": [RULES["each"][0] | {"versus": {"learner": "linucb"}}]}  # type: ignore[index, operator]
    assert swept(wrong) == 2
    assert capsys.readouterr().err.startswith("decision: random will do: no two runs of the sweep have the settings ")
    assert not (tmp_path / "results").exists()
