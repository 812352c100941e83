"""The verdict map: online or batch, at each place of a sweep over two or three keys of the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.lab.compare.advice import Advice, advice
from sim.lab.compare.contenders import Contender, telling
from sim.lab.compare.decisions import BETTER, UNDECIDED, WORSE, Decision, against, corrected
from sim.lab.compared import REGRET
from sim.lab.settings import PUSH, told, two_words

if TYPE_CHECKING:
    import pandas as pd

ONLINE, BATCH = "online", "batch"
_VERDICTS = {BETTER: BATCH, WORSE: ONLINE}  # a decision is about the batch agent


@dataclass(frozen=True)
class Place:
    """A batch agent and the online one, in the same world.

    Attributes:
        batch: the one that pushes.
        online: the one in place.
        decision: the score of comparison, batch less online, corrected for all the places of the map.
    """

    batch: Contender
    online: Contender
    decision: Decision

    @property
    def verdict(self) -> str:
        """Return ``online`` or ``batch``, the one known to have less regret, or ``undecided``."""
        return _VERDICTS.get(self.decision.verdict, UNDECIDED)


@dataclass(frozen=True)
class VerdictMap:
    """All places.

    Attributes:
        keys: of the scenario: down, across, and with three of them from panel to panel.
        agents: the settings that tell agents apart.
        places: in the order of the runs.
        looks: at how many numbers of replications data were looked at.
    """

    keys: tuple[str, ...]
    agents: tuple[str, ...]
    places: tuple[Place, ...]
    looks: int = 1

    def name(self, agent: Contender) -> str:
        """Return the name of an agent among those of the map."""
        return agent.label(self.agents)

    @property
    def advice(self) -> Advice | None:
        """What to run next to decide what is undecided, None if nothing is."""
        rows = [(self.where(place), place.decision) for place in self.places]
        seeds = sorted({int(run.config["seed"]) for place in self.places for run in place.batch.records})
        return advice(rows, self.count(UNDECIDED), self.looks, seeds)

    def where(self, place: Place) -> str:
        """Return the name of a place."""
        return ", ".join(
            [self.name(place.batch), *(f"{two_words(k)} {told(place.batch.settings, k)}" for k in self.keys)]
        )

    def count(self, verdict: str) -> int:
        """Return at how many places that is the verdict."""
        return sum(place.verdict == verdict for place in self.places)


def verdict_map(found: Sequence[Contender], looks: int = 1) -> VerdictMap | None:
    """Return the map of a sweep, None if it does not make one.

    It does if two or three keys of the scenario vary, some agent pushes, and each that does has one counterpart
    in place: the only one with the same learner, or the only one at all. Holm's correction is over all places.

    Args:
        found: the contenders of all worlds.
        looks: at how many numbers of replications data are looked at, see `sim.lab.until`.
    """
    names = telling(found)
    keys = [name for name in names if name == "scenario" or name.startswith("scenario.")]
    pairs = [(one, other) for one in found if one.settings.get("ship") == "push" if (other := _counterpart(one, found))]
    if not 2 <= len(keys) <= 3 or not pairs:
        return None
    keys.sort(key=lambda key: key == PUSH)  # from panel to panel, if it is the third
    decisions = corrected([against(batch.regret, online.regret, looks) for batch, online in pairs])
    places = [Place(*pair, decision) for pair, decision in zip(pairs, decisions, strict=True)]
    agents = tuple(name for name in names if name not in (*keys, "seed", "version"))
    return VerdictMap(tuple(keys), agents, tuple(places), looks)


def _counterpart(batch: Contender, found: Iterable[Contender]) -> Contender | None:
    there = [one for one in found if one.settings.get("ship") == "in_place" and _where(one) == _where(batch)]
    alike = [one for one in there if _learner(one) == _learner(batch)]
    fitting = alike or there
    return fitting[0] if len(fitting) == 1 else None


def _where(one: Contender) -> tuple[str, list[str]]:
    """Return the world and the platform, as far as they concern both kinds of agent."""
    return one.world, [told(one.settings, name) for name in sorted(one.settings) if _platform(name)]


def _platform(name: str) -> bool:
    return name.startswith("scenario.platform.") and name != PUSH


def _learner(one: Contender) -> list[str]:
    return [told(one.settings, name) for name in sorted(one.settings) if name.startswith("learner.")]


def frame(found: VerdictMap) -> pd.DataFrame:
    """Return a row per place: agents, keys, verdict, and what it rests on."""
    import pandas as pd

    return pd.DataFrame([_row(found, place) for place in found.places]).astype({"pairs": "Int64"})


def as_csv(found: VerdictMap) -> str:
    """Return `frame` as CSV: full precision, unknown is empty, lines end in ``\\n``."""
    return frame(found).to_csv(index=False, lineterminator="\n")


def _row(found: VerdictMap, place: Place) -> dict[str, object]:
    one = place.decision
    agents = {"online": found.name(place.online), "batch": found.name(place.batch)}
    where = {key: told(place.batch.settings, key) for key in found.keys}
    known = {"difference": one.behind, "difference/half": one.half, "pairs": one.pairs, "p": one.p}
    regret = {"regret/online": place.online.scores.get(REGRET), "regret/batch": place.batch.scores.get(REGRET)}
    return {**agents, **where, "verdict": place.verdict, **known, "p/holm": one.adjusted, **regret}


def sentence(found: VerdictMap) -> str:
    """Return the count of verdicts."""
    counts = [found.count(verdict) for verdict in (ONLINE, BATCH, UNDECIDED)]
    told = f" {found.advice.sentence}" if found.advice else ""
    return (
        f"Verdict map: of {len(found.places)} places online is better at {counts[0]}, batch at {counts[1]}, and "
        f"{counts[2]} are undecided (95 %, Holm's correction over the map).{told}"
    )
