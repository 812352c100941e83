"""The files of a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.analysis.report.model import Report
from sim.lab.report.charts import files
from sim.lab.report.html import page as html_page
from sim.lab.report.text.tables import as_csv


def contents(report: Report, **wanted: Path | None) -> Iterator[tuple[Path, bytes]]:
    """Yield the files ``csv``, ``html``, ``curves``, ``verdicts`` with contents."""
    yield from ((file, _content(report, kind)) for kind, file in wanted.items() if file is not None)


def _content(report: Report, kind: str) -> bytes:
    match kind:
        case "csv":
            return as_csv(report.table).encode()
        case "html":
            return html_page.html(report).encode()
        case "curves":
            return files.curves_png(report)
        case _:
            return files.map_png(report)
