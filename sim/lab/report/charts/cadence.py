"""The cost of each retrain interval, as stacked bars."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.cadence_cost.bars import Bars
from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING
from sim.analysis.cadence_cost.sentences import IN_PLACE, money
from sim.lab.report.charts.style import headed, legend, styled
from sim.lab.report.palette import INK

_FILLS = {REWARD: "#56B4E9", TRAINING: "#E69F00", PUSHED: "#CC79A7"}
_NEAR = "#D5EBDD"  # behind near-optimal cadences


def _interval() -> Line2D:
    label = "95 % interval of the difference to the best"
    return Line2D([], [], color=INK, marker="|", markersize=9, linestyle="", label=label)


@styled
def draw(costs: Costs, title: str, told: str) -> Figure:
    """Return the figure: costs a day against the interval.

    Bars that would make all others tiny are cut; their number stands above them. Intervals of the others are whole.
    """
    width = max(7.0, 0.85 * len(costs.cadences) + 1.5)
    made, bars = headed(width, 3.6, title, told), Bars.of(costs)
    axes = made.subplots()
    for n in bars.near:
        axes.axvspan(n - 0.5, n + 0.5, color=_NEAR, zorder=0)
    places, base = np.arange(len(bars.totals)), np.zeros(len(bars.totals))
    for part, cost in costs.parts.items():
        axes.bar(places, cost.mean(axis=1), 0.66, base, facecolor=_FILLS[part])
        base = base + cost.mean(axis=1)
    for n, (total, half) in enumerate(zip(bars.totals, bars.halves, strict=True)):
        if half and bars.whole[n]:
            axes.errorbar(n, total, yerr=half, color=INK, capsize=3, linewidth=1.0)
        text = money(float(total)) if bars.whole[n] else f"{money(float(total))} ↑"
        place, weight = (n, min(total + half, 1.04 * bars.most)), "bold" if n == costs.named else "normal"
        axes.annotate(text, place, xytext=(0, 3), textcoords="offset points", ha="center", weight=weight)
    axes.set_ylim(1.06 * bars.least, bars.most + 0.14 * (bars.most - bars.least))
    axes.set_xticks(places, [one.name if one.interval else IN_PLACE.replace(" ", "\n", 1) for one in costs.cadences])
    axes.set(xlabel="retrained every", ylabel="cost a day, in the currency of the prices")
    axes.grid(visible=False, axis="x")
    keys: list[Artist] = [Patch(facecolor=_FILLS[part], label=part) for part in costs.parts]
    if bars.near:
        keys.append(Patch(facecolor=_NEAR, label="not known to be worse than the best"))
    if bars.halves.any():
        keys.append(_interval())
    legend(made, keys)
    return made
