"""The laws of the delays: which share is over after how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.paired.comparison import Comparison
from sim.analysis.settings import display_value, two_words
from sim.lab.report.charts.style import PAGE, durations, figure, legend, line_of, styled
from sim.lab.report.palette import look
from sim.lab.report.series import Floats
from sim.lab.store.run_folder import record_of
from sim.laws import Law, parse_law
from sim.laws.constant import Constant
from sim.laws.quantiles import quantile

MOST = 14  # lines
_KEYS = (".delay", ".ingest", ".push", ".training.fixed")


@dataclass(frozen=True)
class Delay:
    """A delay: what is late, and by which law."""

    name: str
    law: Law


def laws(found: Comparison) -> list[Delay]:
    """Return the delays of all contenders, each law once; those that vary come first."""
    made: dict[str, Law] = {}
    keys = dict.fromkeys(key for one in found.contenders for key in one.settings if key.endswith(_KEYS))
    for key in sorted(keys, key=lambda one: one not in found.names):
        for one in found.contenders:
            text = one.settings.get(key)
            if text is None or (name := f"{two_words(key)} {display_value(one.settings, key)}") in made:
                continue
            try:
                made[name] = parse_law(str(text), record_of(one.records[0]).folder)
            except ValueError:  # a file that it names is gone
                continue
    return [Delay(name, law) for name, law in made.items()]


@styled
def draw(found: Sequence[Delay]) -> Figure:
    """Return the distribution functions of delays."""
    ends = [end for one in found for share in (0.5, 0.9, 0.99) if (end := quantile(one.law, share)) is not None]
    longest = 1.3 * max([60.0, *ends])
    made = figure(PAGE, 0.62 * PAGE)
    axes = made.subplots()
    lines = [axes.plot(*_curve(one.law, longest), **line_of(look(n)) | {"marker": ""})[0]
             for n, one in enumerate(found)]  # fmt: skip
    axes.set(xlabel="delay", ylabel="share that has come", ylim=(0.0, 1.02))
    durations(axes, "x", longest, 1.0)
    legend(made, lines, [one.name for one in found])
    return made


def _curve(law: Law, longest: float) -> tuple[Floats, Floats]:
    if isinstance(law, Constant):
        return np.array([law.delay, law.delay]), np.array([0.0, 1.0])  # its flat parts would lie upon each other
    at = np.concatenate([np.linspace(0.0, 1.0, 20, endpoint=False), np.geomspace(1.0, longest, 180)])
    return at, np.asarray(law.delivered_cdf(at), dtype=float)
