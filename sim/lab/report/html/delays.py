"""The laws of the delays: which share is over after how long."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.paired.contenders import Contender
from sim.analysis.settings import PUSH, constant
from sim.lab.report.html.markup import Safe, tag
from sim.lab.report.html.plot import Plot, Style
from sim.lab.report.html.scales import Floats, Linear, Spans
from sim.lab.report.html.selection import Drawn, legend_of
from sim.lab.report.html.selection import style as style_of
from sim.lab.store.run_folder import record_of
from sim.laws import Law, parse_law
from sim.laws.constant import Constant

_MOST = 8
_KEYS = {
    "scenario.feedback.click.delay": "click",
    "scenario.feedback.conversion.delay": "conversion",
    "scenario.platform.ingest": "ingest",
    "scenario.platform.training.fixed": "training",
    PUSH: "push",
}


def delays(shown: list[Drawn]) -> tuple[Safe, int]:
    """Return the distribution functions of the delays of what is drawn, and how many were left out."""
    from sim.laws.quantiles import quantile

    found = dict(pair for one in shown for pair in _laws(one.contender))
    kept = list(found.items())[:_MOST]
    ends = [end for _, law in kept for share in (0.5, 0.9, 0.99) if (end := quantile(law, share)) is not None]
    longest = 1.3 * max([60.0, *ends])
    plot = Plot(Spans(longest, 1.0), Linear(0.0, 1.02), "delay", "share that has come")
    entries: list[tuple[str, Style]] = []
    for n, (name, law) in enumerate(kept):
        style = style_of(n)
        plot.line(*_curve(law, longest), style, name)
        entries.append((name, style))
    return tag("div", plot.svg("Distribution functions of the delays"), legend_of(entries, marks=False)), len(
        found
    ) - len(kept)


def _laws(one: Contender) -> Iterator[tuple[str, Law]]:
    for key, what in _KEYS.items():
        told = one.settings.get(key)
        if told is None:
            continue
        try:
            yield f"{what} {constant(str(told))}", parse_law(str(told), record_of(one.records[0]).folder)
        except ValueError:  # a file that it names is gone
            continue


def _curve(law: Law, longest: float) -> tuple[Floats, Floats]:
    if isinstance(law, Constant):
        return np.array([law.delay, law.delay]), np.array([0.0, 1.0])  # its flat parts would lie upon each other
    at = np.concatenate([np.linspace(0.0, 1.0, 40, endpoint=False), np.geomspace(1.0, longest, 260)])
    return at, np.asarray(law.delivered_cdf(at), dtype=float)
