"""The marks of incidents in a figure."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from sim.analysis.report.incident_marks import Mark
from sim.lab.report.palette import MARK


def add_marks(axes: Axes, found: Sequence[Mark], *, named: bool = False) -> None:
    """Shade spans of time, with their names along their beginnings."""
    names: dict[float, list[str]] = {}
    for one in found:
        width = 0 if one.end > one.start else 2.0  # of what takes no time, in points
        axes.axvspan(one.start, one.end, color=MARK, alpha=0.4, linewidth=width, zorder=0)
        names.setdefault(one.start, []).append(one.name)
    place = axes.get_xaxis_transform()
    for start, own in names.items() if named else ():
        told = f" {', '.join(own)}"
        axes.text(start, 0.98, told, transform=place, rotation=90, fontsize=7, ha="left", va="top", clip_on=True)
