"""The files of a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.analysis.report.model import Report
from sim.lab.report.charts import files
from sim.lab.report.html import page as html_page
from sim.lab.report.text.tables import as_csv


def contents(
    report: Report,
    *,
    csv: Path | None = None,
    html: Path | None = None,
    curves: Path | None = None,
    verdicts: Path | None = None,
) -> Iterator[tuple[Path, bytes]]:
    """Yield each file that is asked for, with its content.

    Args:
        report: with figures for ``html`` and ``curves``, with a map for ``verdicts``.
        csv: the table with all scores.
        html: the page.
        curves: regret and data age over time, PNG.
        verdicts: the verdict map, PNG.
    """
    if csv is not None:
        yield csv, as_csv(report.table).encode()
    if html is not None:
        yield html, html_page.html(report).encode()
    if curves is not None:
        yield curves, files.curves_png(report)
    if verdicts is not None:
        yield verdicts, files.map_png(report)
