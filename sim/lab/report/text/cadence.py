"""Costs of cadences in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.analysis.cadence_cost.columns import columns
from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.sentences import about, answer, paragraphs
from sim.analysis.cadence_cost.table import frame, plain
from sim.analysis.identity import short
from sim.lab.base.console import out
from sim.lab.config.job import Job
from sim.lab.report.charts import cadence as chart
from sim.lab.report.charts import files
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lab.store.atomic import new_folder
from sim.laws.durations import text

TITLE = "How often should this model be retrained?"


def write(jobs: Sequence[Job], costs: Costs, parent: Path) -> Path:
    """Write table, numbers and figure into a folder; return it."""
    name = short(" ".join([*(job.hash for job in jobs), str(costs.prices)]))
    with new_folder(parent, name) as folder:
        frame(costs).to_csv(folder / "cadence.csv", index=False)
        (folder / "cadence.json").write_text(json.dumps(plain(costs), indent=2, allow_nan=False) + "\n")
        drawn = chart.draw(costs, TITLE, f"{answer(costs)}\n{_title(jobs[0])}. {_about(jobs[0], costs)}")
        files.write_png(drawn, folder / "cadence.png")
    return parent / name


def show(job: Job, costs: Costs, folder: Path) -> None:
    """Print the answer, the table, and where the files are."""
    console = out()
    made = [Column(one.heading, one.cells, not one.words, one.rank) for one in columns(costs)]
    kept, left = fitting(made, console.width)
    console.print(table_of(_title(job), kept, console.width, bold=[costs.best]))
    if left:
        say([f"not shown at this width: {', '.join(left)}; cadence.csv has all"], console)
    say([*paragraphs(costs), _about(job, costs)], console)
    files_of = {"table": "cadence.csv", "numbers": "cadence.json", "figure": "cadence.png"}
    say([f"{what:8}{folder / name}" for what, name in files_of.items()], console, whole=True)


def _title(job: Job) -> str:
    names = [job.choices.get(part, "") for part in ("learner", "correction")]
    return f"{job.scenario.name}: {', '.join(filter(None, names))}"


def _about(job: Job, costs: Costs) -> str:
    return about(costs, text(job.score_from))
