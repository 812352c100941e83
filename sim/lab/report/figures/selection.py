"""Which worlds and contenders are drawn, and how they look."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World, apart
from sim.analysis.paired.contenders import Contender
from sim.analysis.settings import display_value, two_words
from sim.lab.report.palette import BASELINE, LINES, Look, look

MOST = len(LINES) + 1  # a colour each, and black
_WORLDS = 3  # of more only one is drawn
_FEW = 6  # a setting of more levels is not shown level by level


@dataclass(frozen=True)
class Series:
    """A contender in the figures."""

    contender: Contender
    name: str
    look: Look


@dataclass(frozen=True)
class Selection:
    """What is drawn.

    Attributes:
        worlds: whose contenders are drawn.
        series: those with a line and a name.
        note: what was left out, in words; empty if nothing was.
    """

    worlds: tuple[World, ...]
    series: tuple[Series, ...]
    note: str

    @property
    def contenders(self) -> list[Contender]:
        """All contenders of the worlds that are drawn."""
        return [one for world in self.worlds for one in world.contenders]


def drawn(found: Comparison, most: int = MOST) -> Selection:
    """Return the baselines, and the best contenders of each level.

    Of up to three worlds every one has its turn, of more the one in the middle is drawn.

    Args:
        found: what is compared.
        most: how many lines there are at most.
    """
    worlds = found.worlds if len(found.worlds) <= _WORLDS else (middle(found),)
    bases = [world.contenders[world.baseline] for world in worlds][:most]
    rows = [[one for one in _order(found, world) if not _among(one, bases)] for world in worlds]
    rest = [row[turn] for turn in range(most) for row in rows if turn < len(row)]
    single = len(worlds) == 1
    series = tuple(
        Series(one, _name(found, worlds, one, _among(one, bases)), BASELINE if single and n == 0 else look(n - single))
        for n, one in enumerate([*bases, *rest][:most])
    )
    return Selection(worlds, series, _note(found, worlds, len(series)))


def middle(found: Comparison) -> World:
    """Return the world in the middle."""
    return found.worlds[len(found.worlds) // 2]


def world_in_words(found: Comparison, world: World) -> str:
    """Return the scenario of a world, and its own settings."""
    settings = world.contenders[0].settings
    differ = apart([one.contenders[0] for one in found.worlds])
    names = [key for key in differ if display_value(settings, key) != "-"]
    own = ", ".join(f"{two_words(key)} {display_value(settings, key)}" for key in names if key != "scenario")
    return ": ".join(filter(None, (str(settings["scenario"]), own)))


def _name(found: Comparison, worlds: tuple[World, ...], one: Contender, base: bool) -> str:
    name = found.label(one, worlds[0] if len(worlds) == 1 else None)
    return f"{name} (baseline)" if base else name


def _note(found: Comparison, worlds: tuple[World, ...], lines: int) -> str:
    said = []
    if len(worlds) < len(found.worlds):
        said.append(f"One of {len(found.worlds)} worlds is drawn, the middle one: {world_in_words(found, worlds[0])}.")
    if lines < (total := sum(len(world.contenders) for world in worlds)):
        said.append(f"{lines} of {total} lines are drawn: each baseline, the best of each level of each setting, then "
                    "the best. The table has all.")  # fmt: skip
    return " ".join(said)


def _order(found: Comparison, world: World) -> list[Contender]:
    """Return the contenders, the best of each level first."""
    ranked = [one for one, _ in world.ranked()]
    few = [name for name in found.names if len({display_value(one.settings, name) for one in ranked}) <= _FEW]
    seen: set[tuple[str, str]] = set()
    ahead: list[Contender] = []
    after: list[Contender] = []
    for one in ranked:
        levels = {(name, display_value(one.settings, name)) for name in few}
        (after if levels <= seen else ahead).append(one)
        seen |= levels
    return ahead + after


def _among(one: Contender, others: list[Contender]) -> bool:
    return any(one is other for other in others)
