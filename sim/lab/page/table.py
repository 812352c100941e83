"""The table of a world: the least regret first, each difference as a number and as a picture."""

from __future__ import annotations

import math

from sim.lab.compare.contenders import Contender
from sim.lab.compare.decisions import BASELINE, BETTER, WORSE, Decision
from sim.lab.compare.tables import HEADINGS, cells_of
from sim.lab.compare.worlds import Comparison, World
from sim.lab.page.markup import Safe, join, tag
from sim.lab.page.plot import drawing
from sim.lab.settings import short_name, told

_SIGNS = {BETTER: "▼ ", WORSE: "▲ "}  # less regret, more regret
_COLOURS = {BETTER: "#009E73", WORSE: "#D55E00"}
_WIDE, _HIGH = 130.0, 20.0
_VERDICT = HEADINGS.index("verdict")


def table(found: Comparison, world: World) -> Safe:
    """Return the table."""
    texts = [tag("th", short_name(name), class_="text", title=name) for name in found.names]
    heads = [tag("th", heading) for heading in HEADINGS]
    heads.insert(_VERDICT, tag("th", "better ◂ | ▸ worse"))
    heads.insert(_VERDICT + 1, tag("th", "bootstrap"))
    reach = _reach(world)
    rows = [_row(found, one, decision, reach) for one, decision in world.ranked()]
    body = [tag("thead", tag("tr", *texts, *heads, tag("th", "run", class_="text"))), tag("tbody", *rows)]
    return tag("div", tag("table", *body), class_="scroll", tabindex="0")


def _row(found: Comparison, one: Contender, decision: Decision, reach: float) -> Safe:
    texts = [tag("td", told(one.settings, name), class_="text") for name in found.names]
    cells = [tag("td", text) for text in cells_of(one, decision)]
    sign = _SIGNS.get(decision.verdict, "")
    cells[_VERDICT] = tag("td", f"{sign}{decision.verdict}", class_=f"verdict {decision.verdict}")
    cells.insert(_VERDICT, tag("td", _picture(decision, reach)))
    cells.insert(_VERDICT + 1, tag("td", _bootstrap(decision)))
    runs = tag("td", " ".join(record.hash for record in one.records[:3]), class_="text")
    return tag("tr", *texts, *cells, runs, class_="baseline" if decision.verdict == BASELINE else None)


def _bootstrap(decision: Decision) -> str:
    if decision.low is None or decision.high is None:
        return "-"
    return f"{decision.low:.3f} … {decision.high:.3f}"


def _reach(world: World) -> float:
    ends = [abs(d.behind) + (d.half or 0.0) for d in world.decisions if d.behind is not None]
    finite = [end for end in ends if math.isfinite(end)]
    return max(finite, default=0.0) or 1.0


def _picture(decision: Decision, reach: float) -> Safe:
    """Return the difference and its t-interval as a dot on a bar; the middle is the baseline."""
    middle = _HIGH / 2
    parts = [tag("line", x1=_WIDE / 2, x2=_WIDE / 2, y1=0, y2=_HIGH, stroke="#888", stroke_dasharray="2 2")]
    if decision.behind is not None and decision.verdict != BASELINE:
        colour = _COLOURS.get(decision.verdict, "#666666")
        half = decision.half or 0.0
        low, at, high = (_WIDE / 2 + (_WIDE / 2 - 5) * (decision.behind + step) / reach for step in (-half, 0.0, half))
        parts.append(tag("line", x1=low, x2=high, y1=middle, y2=middle, stroke=colour, stroke_width=2.5))
        filled = colour if decision.verdict in _COLOURS else "#fff"
        parts.append(tag("circle", cx=at, cy=middle, r=4, fill=filled, stroke=colour, stroke_width=1.6))
    return drawing(join(parts), "", _HIGH, _WIDE)
