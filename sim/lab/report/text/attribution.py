"""An attribution in the terminal and in files."""

from __future__ import annotations

import json
from pathlib import Path

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.rows import HEADINGS, rows
from sim.analysis.attribution.sentences import places, totals
from sim.analysis.settings import run_label
from sim.lab.base.console import out
from sim.lab.config.job import Job, config_of
from sim.lab.report.charts import attribution as chart
from sim.lab.report.charts import files
from sim.lab.report.text.tables import plain_table, say
from sim.lab.store.atomic import new_folder

_ROOM = 100  # cells for all columns


def write(job: Job, found: Attribution, parent: Path) -> Path:
    """Write numbers and figure into a folder; return it."""
    with new_folder(parent, job.hash) as folder:
        (folder / "attribution.json").write_text(as_json(job, found), encoding="utf-8")
        title = f"What would fixing each delay be worth?\n{_title(job)}"
        figure = chart.draw(found.split, title, found.score, places(found.score))
        files.write_png(figure, folder / "attribution.png")
    return parent / job.hash


def as_json(job: Job, found: Attribution) -> str:
    """Return the numbers as a JSON text."""
    data = {**found.plain(), "seed": job.seed, "run": job.hash}
    return json.dumps(data, indent=2, allow_nan=False) + "\n"


def show(job: Job, found: Attribution, folder: Path) -> None:
    """Print the table, its totals, and where the files are."""
    kept = HEADINGS if out().width >= _ROOM else HEADINGS[:-1]
    table = plain_table(kept, ("cause", ""), title=_title(job))
    for row in rows(found):
        table.add_row(*row[: len(kept)], style="dim" if row[0] not in found.varied else None)
    out().print(table)
    if kept != HEADINGS:
        say([f"not shown at this width: {HEADINGS[-1]}; --json has all"], out())
    files_of = [f"numbers  {folder / 'attribution.json'}", f"figure   {folder / 'attribution.png'}"]
    say([*totals(found, job.scenario), *files_of], out(), whole=True)


def _title(job: Job) -> str:
    many = f"{job.replications} replications, 95 % intervals" if job.replications > 1 else "1 replication"
    return f"{run_label(config_of(job))} · {many}"
