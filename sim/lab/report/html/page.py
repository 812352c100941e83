"""The report: what was decided, the table, the figures, on one page that needs no network and no script."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.score import TITLE, WORDS
from sim.lab.report.html import curves, heat
from sim.lab.report.html.delays import delays
from sim.lab.report.html.markup import Safe, tag, trusted
from sim.lab.report.html.scatter import scatter
from sim.lab.report.html.selection import Drawn, drawn, legend
from sim.lab.report.html.style import CSS
from sim.lab.report.html.table import table
from sim.lab.report.html.verdict import section
from sim.lab.report.html.versions import timeline, told_of
from sim.lab.report.text.narrative import about_worlds, paragraphs
from sim.lab.report.warm_up import hint
from sim.lab.store.run_folder import record_of

_FORBID = "default-src 'none'; style-src 'unsafe-inline'"  # even if something slipped in, it would neither load nor run
_VIEWPORT = "width=device-width, initial-scale=1"
_HOW = (
    f"behind: mean difference in {WORDS} to the baseline, taken pair by pair (same seed and replication, so "
    "same users, tastes and noise), ± its 95 % paired t-interval. bootstrap: 95 % interval of resampled "
    "pairs; too narrow with fewer than about ten. wins: pairs in which it has less regret. p (Holm): paired t-test, "
    "corrected for all pairs in this world, or for those with the baseline if that was named. The verdict is better or "
    "worse if that p is below 0.05. may be best: no if some other row is known to have less (one-sided paired "
    "t-tests); the best row is among the others with 95 %."
)

_AGE = "Age of the serving data in one replication: it grows until a version goes live. Over 40 versions: mean."
_DRAWN = "Drawn: {} of {}: each baseline, the best of each level of each setting, then the best. The table has all."


def html(found: Comparison, title: str, keys: Sequence[str] | None = None) -> str:
    """Return the report of a comparison; it holds no times and no paths.

    Args:
        found: what was compared.
        title: the heading.
        keys: the two settings of the heat map; None: those with most levels.

    Raises:
        LabError: a key is not a setting that varies.
    """
    mapped = heat.keys_of(found, keys)
    shown = drawn(found)
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("meta", name="viewport", content=_VIEWPORT),
        tag("meta", http_equiv="Content-Security-Policy", content=_FORBID), tag("title", title),
        tag("style", trusted(CSS)),
    )  # fmt: skip
    worlds = [part for world in found.worlds for part in _world(found, world)]
    body = tag("body", tag("h1", title), *_lead(found), *_verdicts(found), *worlds, *_figures(found, shown, mapped),
               tag("footer", tag("p", _HOW)))  # fmt: skip
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _verdicts(found: Comparison) -> list[Safe]:
    return section(found.verdicts) if found.verdicts else []


def _lead(found: Comparison) -> list[Safe]:
    about = [tag("p", line, class_="soft") for line in about_worlds(found)]
    if len(found.worlds) > 1:
        return about
    return [*_answer(found, found.worlds[0]), *about]


def _world(found: Comparison, world: World) -> list[Safe]:
    if len(found.worlds) == 1:
        return [table(found, world)]
    return [tag("h2", world.name), *_answer(found, world), table(found, world)]


def _answer(found: Comparison, world: World) -> list[Safe]:
    first, *others = paragraphs(found, world)
    return [tag("p", first, class_="lead"), *(tag("p", part, class_="answer") for part in others)]


def _figures(found: Comparison, shown: list[Drawn], keys: tuple[str, str] | None) -> list[Safe]:
    total = len(found.contenders)
    left = _DRAWN.format(len(shown), total) if len(shown) < total else ""
    grid = [
        _figure("Regret over time", _about_regret(shown), curves.regret(shown)),
        _figure("Staleness", _AGE,
                curves.age(shown)),
        _figure("Regret against staleness", _about_scatter(found, shown), scatter(found, shown)),
        *_heat(found, keys),
        *_versions(shown),
        _figure("Feedback in flight", _about_flight(shown), curves.flight(shown)),
        *_delays(shown),
    ]  # fmt: skip
    return [
        tag("h2", "Figures"),
        tag("p", left, class_="soft"),
        legend(shown, found),
        tag("div", *grid, class_="figures"),
    ]


def _figure(name: str, about: str, drawing: Safe) -> Safe:
    return tag("figure", tag("h3", name), tag("figcaption", about), drawing)


def _about_regret(shown: list[Drawn]) -> str:
    warm_up = hint([record_of(record) for one in shown for record in one.contender.records])
    return f"Shaded: 95 % intervals of the first three.{f' Hint: {warm_up}.' if warm_up else ''}"


def _about_scatter(found: Comparison, shown: list[Drawn]) -> str:
    front = "No other setting beats those on the dotted line in both." if len(found.worlds) == 1 else ""
    grey = " Grey: settings that are not in the legend." if len(shown) < len(found.contenders) else ""
    return f"Lower left is better. {front}{grey}"


def _about_flight(shown: list[Drawn]) -> str:
    if curves.traced(shown):
        return "Impressions served whose outcome, or its absence, is not in the log yet; one replication."
    return "Impressions served whose outcome the serving version has not learnt; one replication, mean of each bucket."


def _heat(found: Comparison, keys: tuple[str, str] | None) -> list[Safe]:
    if keys is None:
        return []
    return [_figure(f"{TITLE} by two settings", heat.note(found, keys), heat.heat(found, keys))]


def _versions(shown: list[Drawn]) -> list[Safe]:
    one = told_of(shown)
    drawing, which = timeline(one)
    return [_figure("Versions", f"{one.name}, first replication: {which}.", drawing)]


def _delays(shown: list[Drawn]) -> list[Safe]:
    drawing, left = delays(shown)
    more = f" {left} more are not drawn." if left else ""
    return [_figure("Delays", f"Share of events that have come after a delay.{more}", drawing)]
