"""The figures of a comparison as files."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.verdict_map import VerdictMap
from sim.lab.report.charts import curves, verdicts
from sim.lab.report.charts.files import write_png
from sim.lab.report.charts.style import FILE
from sim.lab.report.selection import drawn
from sim.lab.report.series import curves as curves_of


def write_curves(found: Comparison, title: str, file: Path) -> None:
    """Write regret and data age over time as PNG.

    Args:
        found: what was compared.
        title: what all runs have in common.
        file: where to.
    """
    shown = drawn(found)
    write_png(curves.draw(curves_of(shown.series), f"{title}\n{shown.note}".rstrip(), FILE), file)


def write_map(found: VerdictMap, title: str, file: Path) -> None:
    """Write a verdict map as PNG; the arguments are those of `write_curves`."""
    write_png(verdicts.draw(found, title), file)
