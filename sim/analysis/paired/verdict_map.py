"""The verdict map: in place or pushed, at each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sim.analysis.paired.advice import Advice, advice
from sim.analysis.paired.contenders import Contender, telling
from sim.analysis.paired.decisions import BETTER, UNDECIDED, WORSE, Decision, against, corrected
from sim.analysis.paired.skewness import ENOUGH, SLIGHT, STRONG, deciding_of
from sim.analysis.settings import PUSH, display_value, two_words
from sim.analysis.world_keys import RECENT, of_joiner, of_platform
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

ONLINE, BATCH, PUSHED = "online", "batch", "pushed"
NOT_GUARANTEED = "level not guaranteed"

Where = tuple[str, tuple[str, ...]]  # a world, and the settings of its platform and joiner but the push


@dataclass(frozen=True)
class Place:
    """A pushed contender and its counterpart in place.

    Attributes:
        batch: the contender that pushes.
        online: the one in place, in the same world.
        decision: the compared score, batch less online, corrected for all places of the map.
        skewness: that of the differences, which decides whether the t-test may be used
            (`sim.analysis.paired.skewness`).
    """

    batch: Contender
    online: Contender
    decision: Decision
    skewness: float | None = None

    @property
    def contender(self) -> str:
        """``pushed`` or ``batch``: how the pushed contender is called.

        ``pushed`` if only shipping distinguishes it from the one in place.
        """
        same = _cadence(self.batch) == _cadence(self.online) != []
        return PUSHED if same else BATCH

    @property
    def verdict(self) -> str:
        """Return who has less regret, or why that is unknown.

        ``online``, the `contender`, `UNDECIDED` or `NOT_GUARANTEED`.
        """
        if self.skewness is not None and abs(self.skewness) > STRONG:
            return NOT_GUARANTEED
        known = {BETTER: self.contender, WORSE: ONLINE} if not self.wants_pairs else {}
        return known.get(self.decision.verdict, UNDECIDED)

    @property
    def decided(self) -> bool:
        """Whether the verdict names one of them."""
        return self.verdict in (ONLINE, self.contender)

    @property
    def wants_pairs(self) -> bool:
        """Whether skewness requires more pairs for the t-test."""
        size = abs(self.skewness or 0.0)
        return SLIGHT < size <= STRONG and self.decision.pairs < ENOUGH


@dataclass(frozen=True)
class VerdictMap:
    """All places of a verdict map.

    Attributes:
        keys: two or three keys of the scenario: rows, columns, and panels if there are three.
        agents: the settings that distinguish agents.
        places: in the order of the runs.
        looks: number of interim analyses.
    """

    keys: tuple[str, ...]
    agents: tuple[str, ...]
    places: tuple[Place, ...]
    looks: int = 1

    def name(self, agent: Contender) -> str:
        """Return the name of an agent in the map."""
        label = agent.label(self._parts)
        return f"{label} {PUSHED}" if agent.settings.get("ship") == "push" and label in self._in_place else label

    @property
    def _parts(self) -> list[str]:
        return [name for name in self.agents if name != "ship"]

    @cached_property
    def _in_place(self) -> set[str]:
        """The labels of the agents in place."""
        return {place.online.label(self._parts) for place in self.places}

    @property
    def advice(self) -> Advice | None:
        """What to run next; None if nothing is undecided."""
        open_ = [place for place in self.places if place.verdict == UNDECIDED]
        rows = [(self.where(place), replace(place.decision, verdict=UNDECIDED)) for place in open_]
        seeds = sorted({run.config.seed for place in self.places for run in place.batch.records})
        least = ENOUGH if any(place.wants_pairs for place in open_) else 0
        return advice(rows, len(open_), self.looks, seeds, least=least)

    @property
    def contenders(self) -> list[str]:
        """The words for pushed contenders, each once."""
        return list(dict.fromkeys(place.contender for place in self.places))

    def where(self, place: Place) -> str:
        """Return the name of a place."""
        return ", ".join(
            [self.name(place.batch), *(f"{two_words(k)} {display_value(place.batch.settings, k)}" for k in self.keys)]
        )

    def count(self, verdict: str, contender: str | None = None) -> int:
        """Return how many places have a verdict.

        Of all contenders or of one.
        """
        return sum(place.verdict == verdict and contender in (None, place.contender) for place in self.places)


def verdict_map(found: Sequence[Contender], looks: int = 1) -> VerdictMap | None:
    """Return the verdict map of a sweep, None if none.

    There is one if two or three keys of the scenario vary and some agent that pushes has exactly one counterpart in
    place: the only one with the same learner (of several the one with the same cadence), or the only one at all.
    Several agents may push in one world; each is compared with its counterpart. Holm's correction is over all.

    Args:
        found: the contenders of all worlds.
        looks: number of interim analyses, see `sim.analysis.stopping_rule`.
    """
    names = telling(found)
    keys = [name for name in names if name == "scenario" or name.startswith("scenario.")]
    pairs = _pairs(found)
    if not 2 <= len(keys) <= 3 or not pairs:
        return None
    keys.sort(key=lambda key: key == PUSH)  # the panels, if it is the third
    decisions = corrected([against(batch.regret, online.regret, looks) for batch, online in pairs])
    skews = deciding_of([(one.skewness, one.pairs) for one in decisions])
    places = [Place(*pair, one, skew) for pair, one, skew in zip(pairs, decisions, skews, strict=True)]
    agents = tuple(name for name in names if name not in (*keys, "seed", "epoch"))
    return VerdictMap(tuple(keys), agents, tuple(places), looks)


def _pairs(found: Sequence[Contender]) -> list[tuple[Contender, Contender]]:
    """Return each pushing agent with its in-place counterpart.

    Agents without one are left out.
    """
    in_place: dict[Where, list[Contender]] = {}
    for one in found:
        if one.settings.get("ship") == "in_place":
            in_place.setdefault(_where(one), []).append(one)
    pushing = [one for one in found if one.settings.get("ship") == "push"]
    return [(one, other) for one in pushing if (other := _counterpart(one, in_place))]


def _counterpart(batch: Contender, in_place: Mapping[Where, Sequence[Contender]]) -> Contender | None:
    there = in_place.get(_where(batch), [])
    there = [one for one in there if _seen(one) == _seen(batch)] or there  # which see the same, where there are some
    alike = [one for one in there if _learner(one) == _learner(batch)]
    same = [one for one in alike if _cadence(one) == _cadence(batch)]
    fitting = same or alike or there
    return fitting[0] if len(fitting) == 1 else None


def _where(one: Contender) -> Where:
    """Return the world, the platform and the joiner.

    Only the settings that concern both kinds of agent count.
    """
    return one.world, tuple(display_value(one.settings, name) for name in sorted(one.settings) if _shared(name))


def _shared(name: str) -> bool:
    return of_joiner(name) or (of_platform(name) and name != PUSH)


def _seen(one: Contender) -> list[str]:
    return _part(one, RECENT)


def _learner(one: Contender) -> list[str]:
    return _part(one, "learner.")


def _cadence(one: Contender) -> list[str]:
    return _part(one, "cadence.") or _part(one, "cadence")


def _part(one: Contender, prefix: str) -> list[str]:
    return [display_value(one.settings, name) for name in sorted(one.settings) if name.startswith(prefix)]


def frame(found: VerdictMap) -> pd.DataFrame:
    """Return a row per place: agents, keys, verdict, evidence."""
    return pd.DataFrame([_row(found, place) for place in found.places]).astype({"pairs": "Int64"})


def _row(found: VerdictMap, place: Place) -> dict[str, object]:
    one = place.decision
    agents = {"online": found.name(place.online), "batch": found.name(place.batch)}
    where = {key: display_value(place.batch.settings, key) for key in found.keys}
    known = {"difference": one.behind, "difference/half": one.half, "pairs": one.pairs, "p": one.p}
    regret = {"regret/online": place.online.scores.regret, "regret/batch": place.batch.scores.regret}
    last = {"contender": place.contender, "skewness": place.skewness}
    return {**agents, **where, "verdict": place.verdict, **known, "p/holm": one.adjusted, **regret, **last}
