"""The delay laws of compared runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.scored_run import stored
from sim.analysis.report.asked import Asked
from sim.analysis.report.lines import PLAIN, Line
from sim.analysis.settings import display_value, two_words
from sim.laws import Law, parse_law
from sim.laws.constant import Constant
from sim.laws.quantiles import quantile

MOST = 14  # lines
_KEYS = (".delay", ".ingest", ".push", ".training.fixed")


@dataclass(frozen=True)
class LinesOfDelays:
    """Shares of events that have come, by delay in seconds."""

    about: str
    lines: tuple[Line, ...]
    longest: float

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return the distributions of delays; those that vary come first."""
        laws = delay_laws(asked.found)
        names = list(laws)[:MOST]
        ends = [end for name in names for share in (0.5, 0.9, 0.99) if (end := quantile(laws[name], share)) is not None]
        longest = 1.3 * max([60.0, *ends])
        lines = [_line(name, n, laws[name], longest) for n, name in enumerate(names)]
        left = "; ".join(list(laws)[MOST:])
        about = f"Share of events that have come after a delay.{f' Not drawn: {left}.' if left else ''}"
        return cls(about, tuple(lines), longest)


def _line(name: str, n: int, law: Law, longest: float) -> Line:
    if isinstance(law, Constant):  # its flat parts would hide those of others
        return Line(name, n, np.array([law.delay, law.delay]), np.array([0.0, 1.0]), kind=PLAIN)
    at = np.concatenate([np.linspace(0.0, 1.0, 20, endpoint=False), np.geomspace(1.0, longest, 180)])
    return Line(name, n, at, np.asarray(law.delivered_cdf(at), dtype=float), kind=PLAIN)


def delay_laws(found: Comparison) -> dict[str, Law]:
    """Return the laws by name; those that vary come first.

    A law whose file is gone is left out.
    """
    made: dict[str, Law] = {}
    keys = dict.fromkeys(key for one in found.contenders for key in one.settings if key.endswith(_KEYS))
    for key in sorted(keys, key=lambda one: one not in found.names):
        for one in found.contenders:
            text = one.settings.get(key)
            if text is None or (name := f"{two_words(key)} {display_value(one.settings, key)}") in made:
                continue
            try:
                made[name] = parse_law(str(text), stored(one.records[0]).folder)
            except ValueError:  # a file that it names is gone
                continue
    return made
