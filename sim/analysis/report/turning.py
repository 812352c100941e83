"""The setting that would change a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import Decision, against
from sim.analysis.settings import display_value


@dataclass(frozen=True)
class Turn:
    """A level at which another contender has less.

    Attributes:
        key: the setting, dotted.
        level: of it, as people write it.
        kept: what was chosen, with that level.
        better: what has less there.
        gap: kept less better, paired.
    """

    key: str
    level: str
    kept: Contender
    better: Contender
    gap: Decision


def turn_of(found: Comparison, world: World) -> Turn | None:
    """Return the setting whose change would cost a choice most.

    The choice is that of least regret in a world. Each setting takes each other level, all others kept; the choice is
    then compared with what is best at that level, in the world that this makes.

    Args:
        found: a comparison.
        world: the world of the choice.

    Returns:
        None where the choice stays the best at every level that was run.
    """
    chosen = world.contenders[world.order[0]]
    by_settings = {_shown(found, one.settings): (one, of) for of in found.worlds for one in of.contenders}
    turns = []
    for name in found.names:
        for level in sorted({display_value(one.settings, name) for one in found.contenders}):
            other = _shown(found, chosen.settings) - {(name, display_value(chosen.settings, name))} | {(name, level)}
            if level == display_value(chosen.settings, name) or other not in by_settings:
                continue
            kept, of = by_settings[other]
            rivals = [one for one in of.contenders if display_value(one.settings, name) == level]
            better = min(rivals, key=lambda one: (one.mean, one.key))
            gap = against(kept.regret, better.regret)
            if better is not kept and (gap.behind or 0.0) > 0.0:
                turns.append(Turn(name, level, kept, better, gap))
    return max(turns, key=lambda one: one.gap.behind or 0.0, default=None)


def _shown(found: Comparison, settings: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset((name, display_value(settings, name)) for name in found.names)
