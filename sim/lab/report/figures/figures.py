"""The data of all figures, each with its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.analysis.paired.comparison import Comparison
from sim.analysis.settings import display_value, two_words
from sim.lab.report.figures.heat import heat
from sim.lab.report.figures.over_time import AGE, DAY, first, in_flight, over_time
from sim.lab.report.figures.selection import Selection, Series, drawn
from sim.lab.report.model import Figures, Life, Line, Lines, Lives, Point, Scatter
from sim.lab.report.palette import GREY, Look, look
from sim.lab.store.run_folder import record_of
from sim.laws import Law, parse_law
from sim.laws.constant import Constant
from sim.laws.quantiles import quantile

MOST_LAWS = 14  # lines
_KEYS = (".delay", ".ingest", ".push", ".training.fixed")
_MOST_LIVES = 24
_GOOD = 20  # versions
_TIMES = ["cutoff_at", "trained_at", "live_at", "retired_at"]


def figures_of(found: Comparison, keys: Sequence[str] | None = None) -> Figures:
    """Return the data of all figures.

    Args:
        found: what was compared.
        keys: the two settings of the heat map; None: those with the largest effects.

    Raises:
        LabError: a key is not a setting that varies.
    """
    mapped = heat(found, keys)
    shown = drawn(found)
    return Figures(
        shown.note, over_time(shown.series), scatter(shown), mapped, lives(shown.series), in_flight(shown.series),
        delays(found),
    )  # fmt: skip


def scatter(shown: Selection) -> Scatter:
    """Return a point for each contender of the worlds drawn."""
    named = {id(one.contender) for one in shown.series}
    others = [one for world in shown.worlds for one in world.contenders if id(one) not in named]
    behind = [Series(one, "", Look(GREY)) for one in others]
    points = [Point(age, one.contender.mean, one.name, one.look) for one in (*behind, *shown.series)
              if (age := one.contender.scores.get(AGE)) is not None and math.isfinite(one.contender.mean)]  # fmt: skip
    best = pareto([(one.age, one.regret) for one in points]) if len(shown.worlds) == 1 else []
    about = ["Lower left is better."]
    about += ["No other setting has both less regret and fresher data than those on the dotted line."] if best else []
    about += ["Grey: settings that are not in the legend."] if behind else []
    return Scatter(tuple(points), tuple(best), " ".join(about))


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both coordinates.

    >>> pareto([(1.0, 3.0), (2.0, 2.0), (3.0, 2.5), (4.0, 1.0)])
    [(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]
    """
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front


def lives(shown: Sequence[Series]) -> Lives:
    """Return a contender's first versions, preferably one that pushes."""
    one = min((one for one in shown if one.contender.settings.get("ship") == "push"), key=_readable, default=shown[0])
    record = record_of(one.contender.records[0])
    horizon = float(record.table("curve")["at"].max()) / DAY
    table = first(record.table("versions"))
    table = table[table["version"] > 0]
    kept = table.head(_MOST_LIVES)
    last = float(kept[_TIMES].max().max()) / DAY
    cut = len(table) > len(kept)
    end = min(horizon, 1.02 * last) if cut and math.isfinite(last) else horizon
    times = ((kept[name].astype(float) / DAY).fillna(end) for name in _TIMES)
    rows = map(Life, kept["version"], *times, kept["status"] == "superseded")
    which = "no version was trained" if kept.empty else "all versions"
    if cut:
        which = f"versions {kept['version'].iloc[0]} to {kept['version'].iloc[-1]} of {int(table['version'].max())}"
    return Lives(tuple(rows), end, f"{one.name}, first replication: {which}.")


def _readable(one: Series) -> float:
    """Return the distance from a readable number of versions."""
    return abs(math.log(max(one.contender.scores.get("versions/trained") or 0.0, 0.1) / _GOOD))


def delays(found: Comparison) -> Lines:
    """Return the distributions of delays; those that vary come first."""
    laws = _laws(found)
    names = list(laws)[:MOST_LAWS]
    ends = [end for name in names for share in (0.5, 0.9, 0.99) if (end := quantile(laws[name], share)) is not None]
    longest = 1.3 * max([60.0, *ends])
    lines = [_line(name, n, laws[name], longest) for n, name in enumerate(names)]
    left = "; ".join(list(laws)[MOST_LAWS:])
    about = f"Share of events that have come after a delay.{f' Not drawn: {left}.' if left else ''}"
    return Lines(tuple(lines), about, longest)


def _laws(found: Comparison) -> dict[str, Law]:
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
    return made


def _line(name: str, n: int, law: Law, longest: float) -> Line:
    style = replace(look(n), marker="")
    if isinstance(law, Constant):  # its flat parts would hide those of others
        return Line(name, style, np.array([law.delay, law.delay]), np.array([0.0, 1.0]))
    at = np.concatenate([np.linspace(0.0, 1.0, 20, endpoint=False), np.geomspace(1.0, longest, 180)])
    return Line(name, style, at, np.asarray(law.delivered_cdf(at), dtype=float))
