"""Run folders of before: a score that they have not is absent, never taken for another, and nothing fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.analysis.main_scores import main_scores
from sim.analysis.objective import DEFAULT
from sim.analysis.score import REGRET
from sim.lab.cli import main as delaylab
from sim.lab.store.run_folder import Record, records
from sim.lab.store.sweep_file import runs_of, sweeps

NEW = (REGRET, "reward/per_user_day", "weight", "regret/gap", "staleness/cycle_time/learnt")


def make_older(folder: Path) -> None:
    """Take out of a run folder what older versions did not write."""
    told = json.loads((folder / "summary.json").read_text())
    (folder / "summary.json").write_text(json.dumps({k: v for k, v in told.items() if not k.startswith(NEW)}))
    for name in ("curve", "replicates"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        table.drop(columns=[c for c in table if c.startswith(NEW)]).to_parquet(folder / f"{name}.parquet")


@pytest.fixture
def copies(swept: Path, tmp_path: Path) -> list[Path]:
    """Copies of four runs, without what is logged."""
    found = runs_of(swept, sweeps(swept)[0].name)
    return [Path(shutil.copytree(run.folder, tmp_path / "theirs" / "runs" / run.hash)) for run in found]


@pytest.mark.parametrize("older", [1, 4])
def test_a_score_that_is_not_there_is_absent(copies: list[Path], tmp_path: Path, capsys, older: int) -> None:
    for folder in copies[:older]:
        make_older(folder)
    page, figure, csv = (str(tmp_path / name) for name in ("page.html", "figure.png", "table.csv"))
    theirs = str(tmp_path / "theirs")
    assert delaylab(["compare", theirs, "--html", page, "--figure", figure, "--csv", csv]) == 0
    assert "Traceback" not in "".join(capsys.readouterr())
    table = pd.read_csv(csv)
    if older == 4:
        assert REGRET not in table
        assert (table.verdict != "better").all()
        return
    assert table[REGRET].isna().sum() == older
    absent = table[table[REGRET].isna()]
    assert set(absent.verdict) == {"undecided"}
    assert absent["regret/per_request"].notna().all()
    assert absent.behind.isna().all()


def test_report_and_objective_say_that_it_is_not_known(copies: list[Path]) -> None:
    make_older(copies[0])
    record = Record(copies[0])
    said = dict(main_scores(record))
    assert said["regret at the base rate"] == said["reward per user and day"] == "-"
    assert said["regret per request"] != "-"
    assert DEFAULT.of(record) is None


def test_it_can_be_logged_and_compared_from_there(copies: list[Path], tmp_path: Path, capsys) -> None:
    for folder in copies:
        make_older(folder)
    theirs = tmp_path / "theirs"
    assert delaylab(["sync", "--results", str(theirs)]) == 0
    assert delaylab(["compare", "--uri", f"sqlite:///{theirs / 'mlflow.db'}", "--csv", "-"]) == 0
    assert REGRET not in capsys.readouterr().out.splitlines()[-5]
    assert len(records(theirs)) == 4
