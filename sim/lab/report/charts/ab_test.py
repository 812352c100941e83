"""A/B tests by day: as seen, truth, and errors."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.ab_test.ab_tests import AbTests
from sim.analysis.ab_test.sentences import UNITS
from sim.lab.report.charts.style import FILE, figure, heading, line_of, styled
from sim.lab.report.palette import BLUE, GREEN, INK, SOFT, VERMILLION, Look
from sim.lazy import pd

_SEEN, _TRUTH = Look(BLUE, marker="", width=1.8), Look(INK, marker="", width=2.2)
_WRONG, _FALSE = Look(VERMILLION, marker="", width=1.8), Look(BLUE, (0, (5, 2)), marker="", width=1.8)


@styled
def draw(found: AbTests, title: str, told: str) -> Figure:
    """Draw estimates with intervals, the truth, and errors by day."""
    made, rows = figure(FILE, 4.0), found.frame()
    left, right = made.subplots(1, 2, width_ratios=[3, 2])
    _seen(left, rows, UNITS[found.metric])
    _errors(right, rows, found)
    for axes in (left, right):
        axes.set_xlabel("day of the test")
        axes.set_xlim(0.0, float(rows["day"].iloc[-1]))
    heading(made, f"{title} {told}")
    return made


def _seen(axes: Axes, rows: pd.DataFrame, unit: str) -> None:
    axes.axhline(0.0, color=SOFT, linewidth=0.8)
    axes.fill_between(rows["day"], rows["seen_low"], rows["seen_high"], color=BLUE, alpha=0.18, linewidth=0.0)
    axes.plot(rows["day"], rows["seen"], **line_of(_SEEN), label="as seen that day, with the 95 % interval of a test")
    axes.plot(rows["day"], rows["truth"], **line_of(_TRUTH), label="truth up to that day, from two full runs")
    axes.set_ylabel(f"B less A, {unit}")
    axes.annotate("above 0: B looks better", (0.0, 1.0), xycoords="axes fraction", xytext=(0, 3),
                  textcoords="offset points", color=SOFT)  # fmt: skip
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14))


def _errors(axes: Axes, rows: pd.DataFrame, found: AbTests) -> None:
    if np.isfinite(rows["wrong_sign"]).any():
        axes.plot(rows["day"], 100.0 * rows["wrong_sign"], **line_of(_WRONG), label="wrong sign")
    axes.plot(rows["day"], 100.0 * rows["false_win"], **line_of(_FALSE), label="false win: interval on the wrong side")
    if (honest := found.first_honest_look) is not None:
        at = float(rows["day"].iloc[honest])
        axes.axvline(at, color=GREEN, linewidth=1.2)
        axes.annotate(f"first honest day: {at:.3g}", (at, 1.0), xycoords=("data", "axes fraction"), xytext=(-3, -12),
                      textcoords="offset points", ha="right", color=GREEN)  # fmt: skip
    axes.set_ylabel("% of the tests that are misled")
    axes.set_ylim(-2.0, 102.0)  # lines at the ends are whole
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14))
