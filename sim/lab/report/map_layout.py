"""How a verdict map is laid out and explained: a panel for each agent that pushes and push latency, a cell a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.paired.verdict_map import Place, VerdictMap
from sim.analysis.score import WORDS
from sim.analysis.settings import display_value
from sim.lab.report.scales import Scale, scale
from sim.lab.report.units import with_interval

TITLE = "Which agent has less regret: online in place, or one that waits for a push?"
_TRAINING = {
    "Online": "learns from each feedback as it comes",
    "MicroBatch": "learns every {every} what is new",
    "After": "learns what is new after each {feedbacks} feedbacks",
    "Every": "trains every {interval} {data}",
    "DailyAt": "trains every day at {time} {data}",
    "OnDrift": "trains {data} when its predictions no longer fit",
    "Never": "never trains",
}


@dataclass(frozen=True)
class Panel:
    """A table of places.

    Attributes:
        title: the agent that pushes, and the level of the third key.
        down: the levels of its rows.
        across: those of its columns.
        cells: by row and column; not all need be there.
    """

    title: str
    down: Scale
    across: Scale
    cells: dict[tuple[str, str], Place]


def panels_of(found: VerdictMap) -> list[list[Panel]]:
    """Return the panels: a row for each agent that pushes, a column for each level of the third key."""
    down, across, *third = (scale([place.batch for place in found.places], key) for key in found.keys)
    groups: dict[str, list[Place]] = {}
    for place in found.places:
        groups.setdefault(place.batch.label(found.agents), []).append(place)
    levels = third[0].levels if third else ("",)
    return [
        [_panel(found.name(inside[0].batch), inside, down, across, third, level) for level in levels]
        for inside in groups.values()
    ]


def _panel(
    agent: str, inside: Sequence[Place], down: Scale, across: Scale, third: Sequence[Scale], level: str
) -> Panel:
    cells = {
        (display_value(place.batch.settings, down.key), display_value(place.batch.settings, across.key)): place
        for place in inside
        if not third or display_value(place.batch.settings, third[0].key) == level
    }
    title = f"{agent}, {third[0].name} {third[0].short(level)}" if third else agent
    return Panel(title, down, across, cells)


def words(place: Place) -> str:
    """Return what stands in a cell: the verdict, and the difference it rests on."""
    one = place.decision
    number = with_interval(one.behind, one.half, 2)
    return f"{place.verdict}\n{number if number.startswith('-') else f'+{number}'}" if one.pairs else place.verdict


def explained(found: VerdictMap) -> list[str]:
    """Return what a stranger must know to read a map, a statement each."""
    pairs = sorted({place.decision.pairs for place in found.places})
    many = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
    agents = {one.label(found.agents): one for place in found.places for one in (place.online, place.batch)}
    names: dict[str, list[str]] = {}
    for one in agents.values():
        names.setdefault(_agent(one.settings), []).append(found.name(one))
    return [
        f"A cell is one world. Its number is {WORDS} of the agent above the panel minus that of the online agent: mean "
        f"± 95 % interval of {many} replications with the same users and the same luck.",
        "+ means that the online agent is better, - that the other one is.",
        *(f"{'; '.join(alike)}: {how}." for how, alike in names.items()),
        f"Coloured where decided at 95 % (Holm's correction over all {len(found.places)} cells); elsewhere the "
        "difference is not statistically significant.",
    ]


def _agent(settings: Mapping[str, Any]) -> str:
    """Return how an agent trains, and when what it learnt serves."""
    window = display_value(settings, "cadence.refit_window")
    parts = {name: display_value(settings, f"cadence.{name}") for name in ("every", "feedbacks", "interval", "time")}
    data = "on what is new" if window == "-" else f"from scratch on the last {window}"
    kind = str(settings.get("cadence.class")).rpartition(".")[2]
    how = _TRAINING.get(kind, "trains by its cadence").format(**parts, data=data)
    in_place = settings.get("ship") == "in_place"
    return how + (" and serves it at once, in place: it pays no push" if in_place else ", and serves it after the push")
