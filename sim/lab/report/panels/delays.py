"""The distribution functions of delays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.report.delay_laws import delay_laws
from sim.lab.report.charts.style import durations, styled
from sim.lab.report.palette import look
from sim.lab.report.panels._lines import Line, single
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.store.run_folder import record_of
from sim.laws import Law
from sim.laws.constant import Constant
from sim.laws.quantiles import quantile

MOST = 14  # lines


@dataclass(frozen=True)
class Delays(Panel):
    """Shares of events that have come, by delay in seconds."""

    title = "Delays"
    order = 60
    lines: tuple[Line, ...]
    longest: float

    @classmethod
    def of(cls, asked: Asked) -> Delays:
        """Return the distributions of delays; those that vary come first."""
        laws = delay_laws(asked.found, lambda run: record_of(run).folder)
        names = list(laws)[:MOST]
        ends = [end for name in names for share in (0.5, 0.9, 0.99) if (end := quantile(laws[name], share)) is not None]
        longest = 1.3 * max([60.0, *ends])
        lines = [_line(name, n, laws[name], longest) for n, name in enumerate(names)]
        left = "; ".join(list(laws)[MOST:])
        about = f"Share of events that have come after a delay.{f' Not drawn: {left}.' if left else ''}"
        return cls(about, tuple(lines), longest)

    @styled
    def draw(self) -> Figure:
        """Return the distribution functions of delays."""
        made, axes = single(self.lines)
        axes.set(xlabel="delay", ylabel="share that has come", ylim=(0.0, 1.02))
        durations(axes, "x", self.longest, 1.0)
        return made


def _line(name: str, n: int, law: Law, longest: float) -> Line:
    style = replace(look(n), marker="")
    if isinstance(law, Constant):  # its flat parts would hide those of others
        return Line(name, style, np.array([law.delay, law.delay]), np.array([0.0, 1.0]))
    at = np.concatenate([np.linspace(0.0, 1.0, 20, endpoint=False), np.geomspace(1.0, longest, 180)])
    return Line(name, style, at, np.asarray(law.delivered_cdf(at), dtype=float))
