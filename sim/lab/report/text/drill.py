"""Drills in the terminal and in files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.analysis.drill.drill import Drill
from sim.analysis.drill.sentences import about, answer, name_of
from sim.analysis.drill.table import columns, frame, over_time, plain
from sim.analysis.identity import short
from sim.analysis.settings import run_label
from sim.lab.base.console import out
from sim.lab.config.job import Job, config_of
from sim.lab.report.charts import drill as chart
from sim.lab.report.charts import files
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lab.store.atomic import new_folder


def write(jobs: Sequence[Job], drill: Drill, parent: Path) -> Path:
    """Write table, numbers and figure into a folder; return it."""
    name = short(" ".join([*(job.hash for job in jobs), *(side.name for side in drill.sides)]))
    with new_folder(parent, name) as folder:
        frame(drill).to_csv(folder / "drill.csv", index=False)
        over_time(drill).to_csv(folder / "over_time.csv", index=False)
        (folder / "drill.json").write_text(json.dumps(plain(drill), indent=2, allow_nan=False) + "\n")
        title = f"What does a {name_of(drill)} cost, and until when?"
        files.write_png(
            chart.draw(drill, title, f"{answer(drill)}\n{jobs[0].scenario.name}: {_agent(jobs[0])}"),
            folder / "drill.png",
        )
    return parent / name


def show(job: Job, drill: Drill, folder: Path) -> None:
    """Print the answer, the table, and where the files are."""
    console = out()
    made = [Column(one.heading, one.cells, not one.words, one.rank) for one in columns(drill)]
    kept, left = fitting(made, console.width)
    console.print(table_of(f"{job.scenario.name}: {name_of(drill)}, in {drill.unit}", kept, console.width))
    if left:
        say([f"not shown at this width: {', '.join(left)}; drill.csv has all"], console)
    say([answer(drill), f"{_agent(job)}. {about(drill)}"], console)
    files_of = {"table": "drill.csv", "by time": "over_time.csv", "numbers": "drill.json", "figure": "drill.png"}
    say([f"{what:8}{folder / name}" for what, name in files_of.items()], console, whole=True)


def _agent(job: Job) -> str:
    return run_label(config_of(job)).partition(" · ")[0]
