"""The figures of the report, each with its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.paired.comparison import Comparison
from sim.analysis.score import TITLE
from sim.lab.report.charts import curves, delays, heat, scatter, versions
from sim.lab.report.charts.files import svg
from sim.lab.report.selection import Selection, drawn
from sim.lab.report.series import BANDS, Curve, flights, traced
from sim.lab.report.series import curves as curves_of
from sim.lab.report.warm_up import hint
from sim.lab.store.run_folder import record_of

_AGE = "Below, the age of the data that serve: it grows by a second a second and falls when a version goes live."


@dataclass(frozen=True)
class Drawing:
    """A figure on the page: its name, its caption, and its SVG, in which all words are escaped."""

    name: str
    about: str
    svg: str


def figures(found: Comparison, keys: Sequence[str] | None) -> tuple[str, list[Drawing]]:
    """Return what is left out of the figures, in words, and the figures.

    Args:
        found: what was compared.
        keys: the two settings of the heat map; None: those with the largest effects.

    Raises:
        LabError: a key is not a setting that varies.
    """
    mapped = heat.heat(found, keys)
    shown = drawn(found)
    lines, laws, lives = curves_of(shown.series), delays.laws(found), versions.worth_a_look(shown.series)
    told, single = versions.lives(lives), len(shown.worlds) == 1
    made: list[tuple[str, str, Figure]] = [
        ("Regret and staleness over time", _about_curves(shown, lines), curves.draw(lines)),
        ("Regret against staleness", _about_scatter(shown, single), scatter.draw(scatter.points(shown), single)),
        *([(f"{TITLE} by two settings", mapped.note, heat.draw(mapped))] if mapped else []),
        ("Versions", f"{lives.name}, first replication: {told.note}.", versions.draw(told)),
        ("Feedback in flight", _about_flight(shown), curves.in_flight(flights(shown.series))),
        ("Delays", _about_delays(laws), delays.draw(laws[: delays.MOST])),
    ]
    return shown.note, [
        Drawing(name, about, svg(figure, name, about, f"f{n}-")) for n, (name, about, figure) in enumerate(made)
    ]


def _about_curves(shown: Selection, lines: Sequence[Curve]) -> str:
    banded = [one.name for one in lines if one.banded]
    some = "" if len(banded) == len(lines) else f" of {'; '.join(banded)}"
    bands = f"Shaded: 95 % intervals{some}." if banded else f"No intervals: they need {BANDS} replications."
    warm_up = hint([record_of(record) for one in shown.series for record in one.contender.records])
    return " ".join([bands, _AGE, *([f"Hint: {warm_up}."] if warm_up else [])])


def _about_scatter(shown: Selection, single: bool) -> str:
    front = " No other setting beats those on the dotted line in both." if single else ""
    grey = " Grey: settings that are not in the legend." if len(shown.series) < len(shown.contenders) else ""
    return f"Lower left is better.{front}{grey}"


def _about_flight(shown: Selection) -> str:
    if traced(shown.series):
        return "Impressions served whose outcome, or its absence, is not in the log yet; one replication."
    return "Impressions served whose outcome the serving version has not learnt; one replication, mean of each bucket."


def _about_delays(laws: Sequence[delays.Delay]) -> str:
    left = "; ".join(one.name for one in laws[delays.MOST :])
    return f"Share of events that have come after a delay.{f' Not drawn: {left}.' if left else ''}"
