"""The cost of each retrain interval, as stacked bars."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING
from sim.analysis.cadence_cost.sentences import IN_PLACE, money
from sim.lab.report.charts.style import headed, legend, styled
from sim.lab.report.palette import INK

_FILLS = {REWARD: "#56B4E9", TRAINING: "#E69F00", PUSHED: "#CC79A7"}
_NEAR = "#D5EBDD"  # behind near-optimal cadences
_CUT = 4.0  # a bar is cut at so many times the median


def _interval() -> Line2D:
    label = "95 % interval of the difference to the best"
    return Line2D([], [], color=INK, marker="|", markersize=9, linestyle="", label=label)


@styled
def draw(costs: Costs, title: str, told: str) -> Figure:
    """Return the figure: costs a day against the interval.

    Bars that would make all others tiny are cut; their number stands above them. Intervals of the others are whole.
    """
    width = max(7.0, 0.85 * len(costs.cadences) + 1.5)
    made = headed(width, 3.6, title, told)
    axes = made.subplots()
    totals = costs.total.mean(axis=1)
    halves = np.array([half or 0.0 for _, half in costs.more])
    whole = totals <= (_CUT * float(np.median(totals)) or np.inf)
    most, least = float((totals + halves)[whole].max()) or 1.0, min(0.0, float((totals - halves)[whole].min()))
    near = [n for n, one in enumerate(costs.near) if one and costs.named is not None]
    for n in near:
        axes.axvspan(n - 0.5, n + 0.5, color=_NEAR, zorder=0)
    places, base = np.arange(len(totals)), np.zeros(len(totals))
    for part, cost in costs.parts.items():
        axes.bar(places, cost.mean(axis=1), 0.66, base, facecolor=_FILLS[part])
        base = base + cost.mean(axis=1)
    for n, (total, half) in enumerate(zip(totals, halves, strict=True)):
        if half and whole[n]:
            axes.errorbar(n, total, yerr=half, color=INK, capsize=3, linewidth=1.0)
        text = money(float(total)) if whole[n] else f"{money(float(total))} ↑"
        axes.annotate(text, (n, min(total + half, 1.04 * most)), xytext=(0, 3), textcoords="offset points", ha="center",
                      weight="bold" if n == costs.named else "normal")  # fmt: skip
    axes.set_ylim(1.06 * least, most + 0.14 * (most - least))
    axes.set_xticks(places, [one.name if one.interval else IN_PLACE.replace(" ", "\n", 1) for one in costs.cadences])
    axes.set(xlabel="retrained every", ylabel="cost a day, in the currency of the prices")
    axes.grid(visible=False, axis="x")
    keys: list[Artist] = [Patch(facecolor=_FILLS[part], label=part) for part in costs.parts]
    if near:
        keys.append(Patch(facecolor=_NEAR, label="not known to be worse than the best"))
    if halves.any():
        keys.append(_interval())
    legend(made, keys)
    return made
