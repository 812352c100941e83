"""The table of a world: the least regret first, each difference as a number and as a picture."""

from __future__ import annotations

import math

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.decisions import BASELINE, BETTER, WORSE, Decision
from sim.analysis.settings import short_name, told
from sim.lab.report.html.markup import Safe, join, tag
from sim.lab.report.html.plot import drawing
from sim.lab.report.text.comparison import HEADINGS, cells_of

_SIGNS = {BETTER: "▼ ", WORSE: "▲ "}  # less regret, more regret
_COLOURS = {BETTER: "#009E73", WORSE: "#D55E00"}
_WIDE, _HIGH = 130.0, 20.0
_LONG = 24  # characters; longer ones are wrapped
_AFTER = HEADINGS.index("behind") + 1  # where the picture goes


def table(found: Comparison, world: World) -> Safe:
    """Return the table; the verdict comes first, where a phone shows it too."""
    names = found.names_in(world)
    texts = [tag("th", short_name(name), class_="text", title=name) for name in names]
    heads = [tag("th", heading) for heading in HEADINGS if heading != "verdict"]
    heads.insert(_AFTER, join([tag("th", "◂ better  worse ▸"), tag("th", "bootstrap")]))
    reach = _reach(world)
    rows = [_row(names, world, n, reach) for n in world.order]
    top = tag("tr", tag("th", "verdict", class_="text"), *texts, *heads, tag("th", "run", class_="text"))
    return tag("div", tag("table", tag("thead", top), tag("tbody", *rows)), class_="scroll", tabindex="0")


def _row(names: list[str], world: World, n: int, reach: tuple[float, float]) -> Safe:
    one, best, decision = world.contenders[n], world.best[n], world.decisions[n]
    verdict = f"{_SIGNS.get(decision.verdict, '')}{decision.verdict}"
    texts = [_text(told(one.settings, name)) for name in names]
    told_cells = dict(zip(HEADINGS, cells_of(one, best, decision), strict=True))
    cells = [tag("td", text) for heading, text in told_cells.items() if heading != "verdict"]
    pictured = [tag("td", _picture(decision, reach)), tag("td", _bootstrap(decision), class_="wraps")]
    cells.insert(_AFTER, join(pictured))
    more = f" and {len(one.records) - 1} more" if len(one.records) > 1 else ""
    run = tag("td", one.records[0].hash + more, class_="text wraps")
    first = tag("td", verdict, class_=f"text verdict {decision.verdict}")
    return tag("tr", first, *texts, *cells, run, class_="base" if decision.verdict == BASELINE else None)


def _text(words: str) -> Safe:
    return tag("td", words, class_="text long" if len(words) > _LONG else "text")


def _bootstrap(decision: Decision) -> str:
    if decision.low is None or decision.high is None:
        return "-"
    return f"{decision.low:z.3f} … {decision.high:z.3f}"


def _reach(world: World) -> tuple[float, float]:
    """Return the ends of the intervals of a world, the baseline's zero among them."""
    known = [(d.behind, d.half or 0.0) for d in world.decisions if d.behind is not None and math.isfinite(d.behind)]
    low, high = min((m - h for m, h in known), default=0.0), max((m + h for m, h in known), default=0.0)
    return (min(low, 0.0), max(high, 0.0)) if high > low else (-1.0, 1.0)


def _picture(decision: Decision, reach: tuple[float, float]) -> Safe:
    """Return the difference and its t-interval as a dot on a bar; the dotted line is the baseline."""
    low, high = reach

    def at(value: float) -> float:
        return 6.0 + (_WIDE - 12.0) * (value - low) / (high - low)

    middle = _HIGH / 2
    parts = [tag("line", x1=at(0.0), x2=at(0.0), y1=0, y2=_HIGH, stroke="#888", stroke_dasharray="2 2")]
    if decision.behind is not None and decision.verdict != BASELINE:
        colour = _COLOURS.get(decision.verdict, "#666666")
        mean, half = decision.behind, decision.half or 0.0
        bar = {"x1": at(mean - half), "x2": at(mean + half), "y1": middle, "y2": middle}
        filled = colour if decision.verdict in _COLOURS else "#fff"
        parts.append(tag("line", **bar, stroke=colour, stroke_width=2.5))
        parts.append(tag("circle", cx=at(mean), cy=middle, r=4, fill=filled, stroke=colour, stroke_width=1.6))
    return drawing(join(parts), "", _HIGH, _WIDE)
