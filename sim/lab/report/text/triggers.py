"""Scored triggers in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.analysis.triggers.events import frame
from sim.analysis.triggers.sentences import HEADINGS, answer, rows
from sim.analysis.triggers.triggers import Triggers
from sim.lab.base.console import out
from sim.lab.report.charts import files
from sim.lab.report.charts import triggers as chart
from sim.lab.report.text.tables import plain_table, say
from sim.lab.store.atomic import new_folder


def write(found: Triggers, told: str, about: Mapping[str, Any], parent: Path, name: str) -> Path:
    """Write numbers, table and figure into a folder; return it."""
    with new_folder(parent, name) as folder:
        numbers = json.dumps({**about, **found.plain()}, indent=2, allow_nan=False)
        (folder / "triggers.json").write_text(f"{numbers}\n", encoding="utf-8")
        frame(found).to_csv(folder / "triggers.csv", index=False)
        files.write_png(chart.draw(found, told), folder / "triggers.png")
    return parent / name


def show(found: Triggers, told: str, folder: Path) -> None:
    """Print the answer, the table, and where the files are."""
    console = out()
    table = plain_table(HEADINGS, HEADINGS[:1], title=told)
    for row in rows(found):
        table.add_row(*row)
    say([answer(found)], console)
    console.print(table)
    files_of = {"numbers": "triggers.json", "events": "triggers.csv", "figure": "triggers.png"}
    say([f"{what:9}{folder / name}" for what, name in files_of.items()], console, whole=True)
