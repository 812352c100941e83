"""The figures of a report as files."""

from __future__ import annotations

from pathlib import Path

from sim.lab.report.charts import curves, verdicts
from sim.lab.report.charts.files import write_png
from sim.lab.report.charts.style import FILE
from sim.lab.report.model import Report


def write_curves(report: Report, file: Path) -> None:
    """Write regret and data age over time as PNG."""
    assert report.figures is not None
    title = f"{report.title}\n{report.figures.note}".rstrip()
    write_png(curves.draw(report.figures.over_time, title, FILE), file)


def write_map(report: Report, file: Path) -> None:
    """Write the verdict map as PNG."""
    assert report.map is not None
    write_png(verdicts.draw(report.map, report.title), file)
