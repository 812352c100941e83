"""Contenders by world, with the baseline and decisions of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sim.analysis.paired.baseline import resolve_baseline
from sim.analysis.paired.contenders import Contender, contenders, telling
from sim.analysis.paired.decisions import Decision, best_of, decide, open_pairs, standings, too_few, unchosen
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.verdict_map import VerdictMap, verdict_map
from sim.analysis.settings import display_value, levels, two_words, varying
from sim.analysis.stopping_rule import StoppingRule
from sim.analysis.world_keys import of_world

_FEW = 6  # levels: more are not taken one by one


@dataclass(frozen=True)
class World:
    """A world and the contenders compared within it.

    Attributes:
        name: the settings that distinguish this world from the others; the scenario's name if it is the only one.
        contenders: in the order of their first run.
        decisions: one for each contender.
        best: for each, whether it may be the best: ``yes``, ``no`` or ``undecided``.
        baseline: the position of the contender that the others are compared with.
        chosen: True if the user chose it, False if it is the one with the least regret in the same data.
        open: how many of the corrected pairs are not decided.
        every: whether decisions are corrected for all pairs, and not only for those with the baseline.
        standings: score of each on the replications of the contender that has most, see `standings`.
        short: positions of those with too few replications to be the baseline; empty if the user chose the baseline.
    """

    name: str
    contenders: tuple[Contender, ...]
    decisions: tuple[Decision, ...]
    best: tuple[str, ...]
    baseline: int
    chosen: bool
    open: int
    every: bool
    standings: tuple[float, ...]
    short: frozenset[int] = frozenset()

    def ranked(self) -> list[tuple[Contender, Decision]]:
        """Return contenders and decisions, the least regret first."""
        return [(self.contenders[n], self.decisions[n]) for n in self.order]

    @property
    def order(self) -> list[int]:
        """The positions of the contenders, the least regret first."""
        return sorted(range(len(self.contenders)), key=lambda n: (self.standings[n], self.contenders[n].key))


@dataclass(frozen=True)
class Comparison:
    """Comparison of some runs, world by world.

    Attributes:
        names: the settings that distinguish contenders, the most informative first.
        worlds: sorted by the settings that distinguish them.
        repeated: how many runs were left out because a newer one has the same settings and seed.
        until: the stopping rule, None if the number of replications was fixed.
        grown: by run, the sweep that added replications under a stopping rule; verdicts are not corrected for its
            interim analyses.
        command: the overrides that made the sweep, see `sim.analysis.jobs.command_line`; None if they are not known.
    """

    names: tuple[str, ...]
    worlds: tuple[World, ...]
    repeated: int
    until: StoppingRule | None = None
    grown: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] | None = None

    @property
    def looks(self) -> int:
        """The number of interim analyses."""
        return len(self.until.looks) if self.until else 1

    @cached_property
    def verdicts(self) -> VerdictMap | None:
        """The verdict map of the runs, None without one."""
        return verdict_map(self.contenders, self.looks)

    @property
    def contenders(self) -> list[Contender]:
        """The contenders of all worlds."""
        return [one for world in self.worlds for one in world.contenders]

    def names_in(self, world: World) -> list[str]:
        """Return the settings that differ within a world."""
        differ = [
            name for name in self.names if len({display_value(one.settings, name) for one in world.contenders}) > 1
        ]
        return differ or list(self.names)

    def label(self, one: Contender, world: World | None = None) -> str:
        """Return the name of a contender, optionally within its world."""
        return one.label(self.names if world is None else self.names_in(world))

    @property
    def middle(self) -> World:
        """The world in the middle."""
        return self.worlds[len(self.worlds) // 2]

    def in_words(self, world: World) -> str:
        """Return the scenario of a world, and its own settings."""
        settings = world.contenders[0].settings
        differ = apart([one.contenders[0] for one in self.worlds])
        names = [key for key in differ if display_value(settings, key) != "-"]
        own = ", ".join(f"{two_words(key)} {display_value(settings, key)}" for key in names if key != "scenario")
        return ": ".join(filter(None, (str(settings["scenario"]), own)))

    def best_of_levels(self, world: World) -> list[Contender]:
        """Return others than the baseline, each level's best first.

        Settings of many levels, such as numbers that an optimiser chose, are not taken level by level.
        """
        ranked = [one for one, _ in world.ranked()]
        few = [name for name in self.names if len({display_value(one.settings, name) for one in ranked}) <= _FEW]
        seen: set[tuple[str, str]] = set()
        ahead: list[Contender] = []
        after: list[Contender] = []
        for one in ranked:
            values = {(name, display_value(one.settings, name)) for name in few}
            (after if values <= seen else ahead).append(one)
            seen |= values
        return [one for one in ahead + after if one is not world.contenders[world.baseline]]


def comparison(
    records: Sequence[ScoredRun],
    baseline: str | None = None,
    until: StoppingRule | None = None,
    grown: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare runs within their worlds.

    Args:
        records: complete runs, oldest first.
        baseline: words that name the run to compare with; None: the one that ``until`` names, or in each world the one
            with the least regret.
        until: the stopping rule; verdicts are then corrected for all its interim analyses.
        grown: by run, the sweep that added replications to it, where verdicts are not corrected for that.

    Raises:
        LabError: the words name none, or several in one world.
    """
    found = contenders(records)
    names = telling(found)
    baseline = baseline or (until.baseline if until else None)
    asked = [found[n] for n in resolve_baseline(baseline, found, names)] if baseline else []
    made = compared(found, asked, until, until is None or baseline == until.baseline)
    used = sum(len(one.records) for one in found)
    return replace(made, repeated=len(records) - used, grown=grown or {})


def compared(
    found: Sequence[Contender], asked: Sequence[Contender] = (), until: StoppingRule | None = None, in_time: bool = True
) -> Comparison:
    """Compare contenders within their worlds.

    Args:
        found: the contenders.
        asked: the baselines, at most one in a world; in the other worlds it is the one with the least regret.
        until: the stopping rule; verdicts are then corrected for all its interim analyses.
        in_time: whether the baselines were named before there were data.
    """
    groups: dict[str, list[Contender]] = {}
    for one in found:
        groups.setdefault(one.world, []).append(one)
    parted = list(groups.values())
    firsts = [group[0] for group in parted]
    titles = _titles(firsts)
    worlds = tuple(
        world_of(titles[n], parted[n], asked, until, not (in_time and _among(parted[n], asked)))
        for n in _by_settings(firsts)
    )
    return Comparison(tuple(telling(found)), worlds, 0, until)


def world_of(
    title: str, group: list[Contender], asked: Sequence[Contender], until: StoppingRule | None, every: bool
) -> World:
    """Return the comparison of the contenders of one world.

    Args:
        title: of the world.
        group: its contenders.
        asked: those that were named as the baseline; none: the best is it.
        until: what replications are added for; None: their number is fixed.
        every: correct for all pairs of contenders, as `decide` does.
    """
    places = _among(group, asked)
    scores = [one.regret for one in group]
    standing = standings(scores, [one.mean for one in group])
    short = frozenset() if places or until else frozenset(too_few(scores))  # `until` adds replications if needed
    place = places[0] if places else min(set(range(len(group))) - short, key=lambda n: (standing[n], group[n].key))
    looks = len(until.looks) if until else 1
    decided = decide(scores, place, looks, every)
    decisions = tuple(unchosen(one) if n in short else one for n, one in enumerate(decided))
    best, left = tuple(best_of(scores, looks)), open_pairs(scores, decided, looks, every)
    return World(title, tuple(group), decisions, best, place, bool(places), left, every, tuple(standing), short)


def _among(group: list[Contender], some: Sequence[Contender]) -> list[int]:
    return [n for n, one in enumerate(group) if any(one is other for other in some)]


def _titles(firsts: list[Contender]) -> list[str]:
    """Return the names of worlds: scenario and settings that differ."""
    differ = apart(firsts)
    scenarios = [str(one.settings["scenario"]) for one in firsts]
    if "scenario" in differ:
        return [one.label(differ) for one in firsts]
    return [", ".join([name, one.label(differ)]) if differ else name
            for name, one in zip(scenarios, firsts, strict=True)]  # fmt: skip


def _by_settings(firsts: list[Contender]) -> list[int]:
    """Return the order of worlds by the settings that differ.

    Durations, numbers and laws are sorted by size.
    """
    values = [[display_value(one.settings, name) for one in firsts] for name in apart(firsts)]
    sizes = [[list(levels(row)[1]).index(value) for value in row] for row in values]
    return sorted(range(len(firsts)), key=lambda n: [size[n] for size in sizes])


def apart(firsts: Sequence[Contender]) -> list[str]:
    """Return the settings that distinguish worlds, the most informative first.

    Args:
        firsts: a contender of each world.
    """
    return varying([{name: value for name, value in one.settings.items() if of_world(name)} for one in firsts])
