"""Every experiment with a published table, in its quick mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from sim.analysis.jobs.command_line import value_text
from sim.analysis.published_table import Published
from sim.lab.entry.app import main
from sim.lab.store.run_folder import Record

FOLDER = Path(__file__).parents[2] / "conf" / "experiment"
TABLES: dict[str, Published] = {
    file.stem: Published.model_validate(table)
    for file in sorted(FOLDER.glob("*.yaml"))
    if (table := yaml.safe_load(file.read_text(encoding="utf-8")).get("published"))
}
CELLS = [
    pytest.param(name, cell, marks=[pytest.mark.slow] if last else [])
    for name, table in TABLES.items()
    for last, cell in enumerate(list(table.settings())[:: len(table.settings()) - 1])
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "cell"), CELLS, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_first_and_last_cell_have_their_score(name: str, cell: Any, here: Path) -> None:
    table = TABLES[name]
    one = table.settings(quick=True)[cell] | {"replications": 1}
    settings = [f"{key}={value_text(value)}" for key, value in one.items()]
    assert main([f"experiment={name}", "hydra.mode=RUN", "tracker=none", *settings]) == 0
    (folder,) = (here / "results" / "runs").iterdir()
    assert Record(folder).summary.get(table.score_of(cell)) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_a_quick_run_fills_every_cell(name: str, here: Path) -> None:
    assert main([f"experiment={name}", "quick=true", "tracker=none", "hydra/launcher=basic"]) == 0
    (folder,) = (here / "results" / "sweeps").iterdir()
    cells, table = pd.read_csv(folder / "published.csv", dtype={"row": str, "column": str}), TABLES[name]
    assert list(zip(cells["row"], cells["column"], strict=True)) == list(table.settings())
    assert cells["measured"].notna().all()
    assert (folder / "published.png").stat().st_size > 0


def test_each_table_states_its_quick_mode() -> None:
    assert {"chapelle_li_delay", "dfm_toy"} <= set(TABLES)
    assert all(table.quick for table in TABLES.values())
