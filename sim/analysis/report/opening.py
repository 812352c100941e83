"""What a report opens with: which setting to choose."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.analysis.paired.advice import Gap
from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.decisions import FEW, NO, Decision, Pair, against
from sim.analysis.paired.pairwise import ERROR
from sim.analysis.paired.planning import interval_needed
from sim.analysis.paired.sentences import needed
from sim.analysis.report.model import Opening
from sim.analysis.report.turning import Turn, turn_of
from sim.analysis.settings import two_words
from sim.analysis.units import counted, with_interval

_NAMED = 3


def opening(found: Comparison) -> Opening | None:
    """Return the decision, and what would change it.

    None where there is nothing to choose from, or nothing known.
    """
    worlds = [one for one in found.worlds if len(one.contenders) > 1 and _known(one)]
    if len(worlds) > 1:
        return _of_many(found, worlds)
    return _of_one(found, worlds[0]) if worlds else None


def _of_one(found: Comparison, world: World) -> Opening:
    changes = (_replications(found, world), _turn(found, world))
    return Opening(_choice(found, world), _next(found, world), tuple(filter(None, changes)))


def _known(world: World) -> bool:
    return world.contenders[world.order[0]].scores.regret is not None


def _names(found: Comparison, world: World) -> list[str]:
    """Return those that may be the best, in order."""
    return [found.label(world.contenders[n], world) for n in world.order if world.best[n] != NO]


def _choice(found: Comparison, world: World) -> str:
    names, total = _names(found, world), len(world.contenders)
    if len(names) == 1:
        return f"Choose {names[0]}: the best of {total} at 95 % confidence."
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    some = f"{'all' if len(names) == total else f'{len(names)} of {total}'} may be the best at 95 % confidence"
    now = f"If one has to be chosen now: {names[0]}, which has the least regret so far."
    return f"Undecided: {some} ({'; '.join(names[:_NAMED])}{more}). {now}"


def _unit(world: World) -> str:
    return "rewards a user and day" if world.contenders[0].by_reward else "rewards a request"


def _next(found: Comparison, world: World) -> str:
    """Return the paired difference of the second to the first."""
    first, second = (world.contenders[n] for n in world.order[:2])
    gap = against(second.regret, first.regret, found.looks)
    name = found.label(second, world)
    if gap.behind is None:
        return f"The next, {name}, cannot be paired with it: they share no seed and replication."
    told = with_interval(gap.behind, gap.half)
    how = f"paired difference of {counted(gap.pairs, 'replication')}{', 95 % interval' if gap.half is not None else ''}"
    return f"The next, {name}, misses {told} {_unit(world)} more ({how}{_doubt(gap)})."


def _doubt(gap: Decision) -> str:
    return "; 0 is in it" if gap.interval and gap.interval[0] <= 0.0 <= gap.interval[1] else ""


def _replications(found: Comparison, world: World) -> str:
    """Return whether more replications may change the choice."""
    if len(_names(found, world)) == 1:
        return "More replications are not expected to change it: they only make the interval narrower."
    first, second = (world.contenders[n] for n in world.order[:2])
    gap = against(second.regret, first.regret, found.looks)
    if gap.behind is None or gap.spread is None or gap.pairs < FEW:
        return f"More replications: fewer than {FEW} do not tell how many would be enough."
    error = ERROR / found.looks / max(world.open, 1)
    told = needed(Gap("", gap, *interval_needed(gap.behind, gap.spread, gap.pairs, error)))
    return f"More replications: {told} would decide between these two, if their difference is as estimated."


def _turn(found: Comparison, world: World) -> str:
    told = turn_of(found, world)
    if told is None:
        others = [name for name in found.names if len(found.names) > 1]
        return f"No single setting of these runs changes it ({', '.join(map(two_words, others))})." if others else ""
    return _turned(found, world, told)


def _turned(found: Comparison, world: World, told: Turn) -> str:
    gap = with_interval(told.gap.behind, told.gap.half)
    sure = "" if told.gap.p is not None and told.gap.p < ERROR else ", which is not statistically significant"
    names = [name for name in found.names if name != told.key]
    better, kept = (one.label(names) for one in (told.better, told.kept))
    where = f"The setting {two_words(told.key)}: at {told.level}"
    return f"{where}, {better} misses {gap} {_unit(world)} less than {kept}{sure}."


def _of_many(found: Comparison, worlds: Sequence[World]) -> Opening:
    """Return the decision over several worlds."""
    names, means = [_names(found, world) for world in worlds], _averages(found, worlds)
    counts = {name: sum(name in inside for inside in names) for inside in names for name in inside}
    first = min(counts, key=lambda name: (-counts[name], _mean(means.get(name, {}))))
    many, sure = f"{len(worlds)} worlds", "(95 % confidence each)"
    alone, open_ = sum(inside == [first] for inside in names), sum(len(inside) > 1 for inside in names)
    gap = _over_all(worlds[0], means, first, found.looks)
    more = [f"More replications: in {open_} of {many} more than one may be the best."] if open_ else []
    if alone == len(worlds):
        return Opening(f"Choose {first}: the best in all {many} {sure}.", gap, ())
    if counts[first] == len(worlds):
        lead = f"Choose {first}: it" if alone else f"Undecided: {first}"
        sentence = f"{lead} may be the best in all {many}, and is the only one in {alone or 'none'} {sure}."
        return Opening(sentence, gap, tuple(more))
    left = [world for world, inside in zip(worlds, names, strict=True) if first not in inside]
    worst = max(left, key=lambda world: _lost(found, world, first))
    turn = turn_of(found, worst)
    turns = [] if turn is None else [_turned(found, worst, turn)]
    sentence = f"It depends: {first} may be the best in {counts[first]} of {many} {sure}, no other in more."
    return Opening(sentence, gap, (_worst(found, worst, first), *turns, *more))


def _averages(found: Comparison, worlds: Sequence[World]) -> dict[str, dict[Pair, float]]:
    """Return mean regret over worlds, by label and pair.

    Of those that were run in all worlds, on the pairs that all of these have.
    """
    by_label: dict[str, list[Mapping[Pair, float]]] = {}
    for world in worlds:
        for one in world.contenders:
            by_label.setdefault(found.label(one, world), []).append(one.regret)
    full = {name: own for name, own in by_label.items() if len(own) == len(worlds)}
    pairs = {name: set.intersection(*(set(one) for one in own)) for name, own in full.items()}
    return {name: {pair: sum(one[pair] for one in own) / len(own) for pair in sorted(pairs[name])}
            for name, own in full.items() if pairs[name]}  # fmt: skip


def _mean(regret: Mapping[Pair, float]) -> float:
    return sum(regret.values()) / len(regret) if regret else math.inf


def _over_all(world: World, means: Mapping[str, Mapping[Pair, float]], first: str, looks: int) -> str:
    """Return the paired difference of the next, over all worlds."""
    others = sorted((_mean(own), name) for name, own in means.items() if name != first)
    if first not in means or not others:
        return ""
    name = others[0][1]
    gap = against(means[name], means[first], looks)
    more = "more" if (gap.behind or 0.0) >= 0.0 else "less"
    told = with_interval(abs(gap.behind or 0.0), gap.half)
    return (
        f"Over all worlds the next, {name}, misses {told} {_unit(world)} {more} (paired difference of "
        f"{counted(gap.pairs, 'replication')}, 95 % interval{_doubt(gap)})."
    )


def _place(found: Comparison, world: World, name: str) -> int | None:
    return next((n for n, one in enumerate(world.contenders) if found.label(one, world) == name), None)


def _lost(found: Comparison, world: World, name: str) -> float:
    place = _place(found, world, name)
    return 0.0 if place is None else world.contenders[place].mean - world.contenders[world.order[0]].mean


def _worst(found: Comparison, world: World, name: str) -> str:
    best, place = world.contenders[world.order[0]], _place(found, world, name)
    where = found.in_words(world)
    if place is None:
        return f"It was not run in every world ({where})."
    gap = against(world.contenders[place].regret, best.regret, found.looks)
    told = with_interval(gap.behind, gap.half)
    return (
        f"Where it costs most ({where}) it misses {told} {_unit(world)} more than {found.label(best, world)} (paired "
        "difference, 95 % interval)."
    )
