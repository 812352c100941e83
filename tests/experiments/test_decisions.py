"""Every experiment that asks a decision, in its quick mode."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.analysis.decision import AskedDecision
from sim.lab.entry.app import main
from sim.lab.report.decisions.base import decisions

FOLDER = Path(__file__).parents[2] / "conf" / "experiment"
ASKED: dict[str, AskedDecision] = {
    file.stem: AskedDecision.of(told, decisions())
    for file in sorted(FOLDER.glob("*.yaml"))
    if (told := yaml.safe_load(file.read_text(encoding="utf-8")).get("decision"))
}


def test_each_decision_has_an_experiment_with_a_quick_mode() -> None:
    assert {one.decision.name for one in ASKED.values()} == set(decisions())
    assert all(one.quick for one in ASKED.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_a_quick_run_answers(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([f"experiment={name}", "quick=true", "tracker=none", "hydra/launcher=basic"]) == 0
    (folder,) = (tmp_path / "results" / "sweeps").iterdir()
    asked = ASKED[name].decision.name
    assert len(pd.read_csv(folder / f"{asked}.csv")) > 1
    assert (folder / f"{asked}.png").stat().st_size > 10_000
