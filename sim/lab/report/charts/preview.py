"""A scenario in a picture: its times and its requests."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, StrMethodFormatter

from sim.analysis.timescales import Timescale, Traffic, sentence, timescales, traffic
from sim.analysis.units import span
from sim.lab.report.charts.style import FILE, days, figure, heading, styled
from sim.lab.report.palette import BLUE, GREY, MARK, VERMILLION
from sim.scenario import Scenario

_TICKS = (0.001, 0.1, 1, 60, 3600, 86400, 7 * 86400, 60 * 86400)
_ROW, _REST = 0.24, 1.5  # inches: of a time, of all else
_DOT = 1.06  # a time that is fixed is as wide as this ratio


@styled
def draw(scenario: Scenario) -> Figure:
    """Draw the times of a scenario, and its expected requests."""
    times, coming = timescales(scenario), traffic(scenario)
    made = figure(FILE, max(2.9, _REST + _ROW * len(times)))
    left, right = made.subplots(1, 2, width_ratios=(1.35, 1.0))
    _times(left, times)
    _traffic(right, coming)
    heading(made, f"{scenario.name}: is the loop as quick as its world?\n{sentence(scenario)}")
    return made


def _times(axes: Axes, times: list[Timescale]) -> None:
    for place, one in enumerate(times):
        low, high = max(one.median, 1e-3), max(one.p95, 1e-3)
        colour = BLUE if one.loop else VERMILLION
        axes.plot([low, max(high, low * _DOT)], [place, place], color=colour, linewidth=6, solid_capstyle="round")
        axes.annotate(one.text, (high, place), (7, 0), textcoords="offset points", va="center", color=colour)
    axes.set_yticks(range(len(times)), [one.name for one in times])
    axes.set_ylim(len(times) - 0.4, -0.6)
    axes.set_xscale("log")
    least, most = min(one.median for one in times), max(one.p95 for one in times)
    axes.set_xlim(max(least, 1e-3) / 2.0, most * 60.0)
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: span(seconds)))
    axes.grid(visible=False, axis="y")
    axes.set_title("blue: the loop, median to 95 % quantile; red: the world", loc="left", fontsize=9)
    axes.set_xlabel("how long it takes")


def _traffic(axes: Axes, coming: Traffic) -> None:
    axes.fill_between(coming.day, coming.requests, color=BLUE, alpha=0.25, linewidth=0)
    axes.plot(coming.day, coming.requests, color=BLUE, linewidth=1.2)
    axes.set_ylim(0.0, 1.25 * coming.requests.max())
    axes.set_xlim(0.0, coming.day[-1] + coming.day[0])
    for place, (name, start, end) in enumerate(coming.periods):
        if end > start:
            axes.axvspan(start, end, color=MARK, alpha=0.5, linewidth=0)
        else:
            axes.axvline(start, color=GREY, linestyle="--", linewidth=1)
        height = 0.98 - 0.075 * (place % 6)
        axes.annotate(name, (start, height), (3, 0), ("data", "axes fraction"), "offset points", va="top", fontsize=8)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    days(axes.xaxis, coming.day[-1] + coming.day[0])
    axes.set_ylabel(f"expected requests per {coming.unit}")
