"""An attribution in the terminal and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.attribution.decomposition import Decomposition, Estimate
from sim.analysis.attribution.twins import CAUSES
from sim.analysis.settings import run_label
from sim.lab.base.console import out
from sim.lab.config.job import Job, config_of
from sim.lab.report.units import with_interval
from sim.lab.store.atomic import new_folder
from sim.lazy import lazy

if TYPE_CHECKING:
    import rich.table as rich_table

    import sim.lab.report.charts.attribution as charts_attribution
    from sim.analysis.attribution.attribute import Attribution
    from sim.lab.report.charts import files
else:
    rich_table = lazy("rich.table")
    charts_attribution = lazy("sim.lab.report.charts.attribution")
    files = lazy("sim.lab.report.charts.files")

_WIDTH = 16  # cells of the longest bar
_PLAIN: dict[str, Any] = {"highlight": False, "soft_wrap": True, "markup": False}


def write(job: Job, found: Attribution, parent: Path) -> Path:
    """Write numbers and figure of an attribution; return their folder.

    Args:
        job: the run that it explains; the folder has its name.
        found: the attribution.
        parent: where the folder goes.
    """
    with new_folder(parent, job.hash) as folder:
        (folder / "attribution.json").write_text(as_json(job, found), encoding="utf-8")
        title = f"What would fixing each delay be worth?\n{title_of(job)}"
        files.write_png(
            charts_attribution.draw(found.split, title, found.score, places(found.score)), folder / "attribution.png"
        )
    return parent / job.hash


def as_json(job: Job, found: Attribution) -> str:
    """Return the numbers as a JSON text."""
    data = {**found.plain(), "seed": job.seed, "run": job.hash}
    return json.dumps(data, indent=2, allow_nan=False) + "\n"


def title_of(job: Job) -> str:
    """Return the run's name and how often it was replicated."""
    many = f"{job.replications} replications, 95 % intervals" if job.replications > 1 else "1 replication"
    return f"{run_label(config_of(job))} · {many}"


def show(job: Job, found: Attribution, folder: Path) -> None:
    """Print the table, its totals, and where the files are."""
    table = rich_table.Table(title=title_of(job), title_justify="left", header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in HEADINGS[1:3] + HEADINGS[4:] else "left")
    for row in rows(found):
        table.add_row(*row, style="dim" if row[0] not in found.varied else None)
    console = out()
    console.print(table)
    for line in lines(found):
        console.print(line, **_PLAIN)
    console.print(f"numbers  {folder / 'attribution.json'}\nfigure   {folder / 'attribution.png'}", **_PLAIN)


HEADINGS = ("cause", "part of the score", "share", "", "if fixed alone", "part per request")


def places(score: str) -> int:
    """Return the decimal places of a score without an interval."""
    return 1 if score.endswith("/total") else 4


def rows(found: Attribution) -> list[tuple[str, ...]]:
    """Return a row per cause."""
    measure, rate, digits = found.split, found.per_request, places(found.score)
    longest = max(abs(part.mean) for part in measure.parts.values())
    return [
        (
            cause,
            told(measure.parts[cause], digits),
            share(measure, cause),
            bar(measure.parts[cause].mean, longest) if cause in found.varied else "no effect here",
            told(measure.alone[cause], digits),
            "-" if rate is None else told(rate.parts[cause]),
        )
        for cause in CAUSES
    ]


def told(estimate: Estimate, places: int = 4) -> str:
    """Return a mean with its interval, or 0."""
    return with_interval(estimate.mean, estimate.half, places) if estimate.mean or estimate.half else "0"


def share(measure: Decomposition, cause: str) -> str:
    """Return the share of a cause in a positive total."""
    total = measure.total.mean
    return f"{round(100.0 * measure.parts[cause].mean / total)} %" if total > 0 else "-"


def bar(value: float, longest: float) -> str:
    """Return a bar; gains are hatched.

    >>> bar(2.0, 4.0), bar(-1.0, 4.0), bar(0.0, 0.0)
    ('████████', '▒▒▒▒', '')
    """
    return ("█" if value > 0 else "▒") * (round(_WIDTH * abs(value) / longest) if longest else 0)


def lines(found: Attribution) -> list[str]:
    """Return the total, what remains, and cautions."""
    measure, rate, digits = found.split, found.per_request, places(found.score)
    total, learning, regret = (
        told(getattr(measure, name), digits) + ("" if rate is None else f" ({told(getattr(rate, name))} a request)")
        for name in ("total", "learning", "regret")
    )
    return [
        f"score    {found.score}",
        f"total    {total}: what all delays cost together, of {regret}",
        f"learning {learning}: what remains without any delay",
        *_cautions(found),
    ]


def _cautions(found: Attribution) -> list[str]:
    total = found.split.total
    if total.low is None or total.high is None:
        return ["note     one replication has no intervals; replications=5 gives them"]
    if total.low <= 0.0 <= total.high and found.varied:
        return ["note     the total does not differ significantly from 0, its parts even less: use more replications"]
    return []
