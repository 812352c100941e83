"""An attribution in the terminal and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.sentences import places, totals
from sim.analysis.attribution.twins import CAUSES
from sim.analysis.settings import run_label
from sim.analysis.units import estimated
from sim.lab.base.console import out
from sim.lab.config.job import Job, config_of
from sim.lab.report.text.tables import plain_table, say
from sim.lab.store.atomic import new_folder
from sim.lazy import lazy

if TYPE_CHECKING:
    import sim.lab.report.charts.attribution as charts_attribution
    from sim.lab.report.charts import files
else:
    charts_attribution = lazy("sim.lab.report.charts.attribution")
    files = lazy("sim.lab.report.charts.files")

HEADINGS = ("cause", "part of the score", "share", "", "if fixed alone", "part per request")
_WIDTH = 16  # cells of the longest bar
_ROOM = 100  # cells for all columns


def write(job: Job, found: Attribution, parent: Path) -> Path:
    """Write numbers and figure into a folder; return it."""
    with new_folder(parent, job.hash) as folder:
        (folder / "attribution.json").write_text(as_json(job, found), encoding="utf-8")
        title = f"What would fixing each delay be worth?\n{_title(job)}"
        figure = charts_attribution.draw(found.split, title, found.score, places(found.score))
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
    say([*totals(found), *files_of], out(), whole=True)


def _title(job: Job) -> str:
    many = f"{job.replications} replications, 95 % intervals" if job.replications > 1 else "1 replication"
    return f"{run_label(config_of(job))} · {many}"


def rows(found: Attribution) -> list[tuple[str, ...]]:
    """Return a row per cause."""
    measure, rate, digits = found.split, found.per_request, places(found.score)
    longest, total = max(abs(part.mean) for part in measure.parts.values()), measure.total.mean
    return [
        (
            cause,
            estimated(part, digits),
            f"{round(100.0 * part.mean / total)} %" if total > 0 else "-",
            bar(part.mean, longest) if cause in found.varied else "no effect here",
            estimated(measure.alone[cause], digits),
            "-" if rate is None else estimated(rate.parts[cause]),
        )
        for cause, part in ((cause, measure.parts[cause]) for cause in CAUSES)
    ]


def bar(value: float, longest: float) -> str:
    """Return a bar; gains are hatched.

    >>> bar(2.0, 4.0), bar(-1.0, 4.0), bar(0.0, 0.0)
    ('████████', '▒▒▒▒', '')
    """
    return ("█" if value > 0 else "▒") * (round(_WIDTH * abs(value) / longest) if longest else 0)
