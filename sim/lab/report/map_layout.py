"""How a verdict map is laid out: a panel for each agent that pushes and push latency, a cell for each world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.paired.verdict_map import Place, VerdictMap
from sim.analysis.settings import told, two_words
from sim.lab.report.units import magnitude, with_interval

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Scale:
    """The levels of a key.

    Attributes:
        key: dotted.
        levels: as people write them, by size.
        common: what all of them begin and end with; it goes into the name.
    """

    key: str
    levels: tuple[str, ...]
    common: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """Return the key in two words, and the law if all levels share one: ``click delay, exponential(mean=…)``."""
        law = f", {self.common[0]}…{self.common[1]}" if any(self.common) else ""
        return two_words(self.key) + law

    def short(self, level: str) -> str:
        """Return a level without what all share."""
        return level[len(self.common[0]) : len(level) - len(self.common[1])]


def scale(found: VerdictMap, key: str) -> Scale:
    """Return the levels of a key on a map, durations and numbers by size, also those inside of a law."""
    levels = list(dict.fromkeys(told(place.batch.settings, key) for place in found.places))
    heads = {law[1] if (law := re.fullmatch(r"(\w+\(\w+=)[^,()]+\)", one)) else "" for one in levels}
    head = heads.pop() if len(heads) == 1 else ""
    made = Scale(key, tuple(levels), (head, ")" if head else ""))
    return Scale(key, tuple(sorted(levels, key=lambda one: magnitude(made.short(one)))), made.common)


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
    down, across, *third = (scale(found, key) for key in found.keys)
    agents = list(dict.fromkeys(found.name(place.batch) for place in found.places))
    levels = third[0].levels if third else ("",)
    grid = []
    for agent in agents:
        inside = [place for place in found.places if found.name(place.batch) == agent]
        grid.append([_panel(agent, inside, down, across, third, level) for level in levels])
    return grid


def _panel(
    agent: str, inside: Sequence[Place], down: Scale, across: Scale, third: Sequence[Scale], level: str
) -> Panel:
    cells = {
        (told(place.batch.settings, down.key), told(place.batch.settings, across.key)): place
        for place in inside
        if not third or told(place.batch.settings, third[0].key) == level
    }
    title = f"{agent}, {third[0].name} {third[0].short(level)}" if third else agent
    return Panel(title, down, across, cells)


def words(place: Place) -> str:
    """Return what stands in a cell: the verdict, and the difference it rests on."""
    one = place.decision
    number = with_interval(one.behind, one.half, 2)
    return f"{place.verdict}\n{number if number.startswith('-') else f'+{number}'}" if one.pairs else place.verdict
