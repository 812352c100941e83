"""Where a rule holds and where it breaks.

It holds where its agent is known to lose less than a margin against the alternative, and breaks where it is known to
lose more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BETTER, UNDECIDED, WORSE, Decision, against, corrected
from sim.analysis.paired.skewness import deciding_of
from sim.analysis.paired.verdict_map import NOT_GUARANTEED, Place
from sim.analysis.rules.rule import Rule, Rules, Settings
from sim.analysis.settings import display_value
from sim.errors import LabError

HOLDS, BREAKS = "holds", "breaks"


@dataclass(frozen=True)
class Tested:
    """A rule at one place.

    Attributes:
        place: the agent that obeys (``batch``) and the alternative (``online``); its decision is about the loss less
            the margin, corrected for all places of the rule.
        margin: the share of the reward that may be lost.
        reward: of a request under the alternative.
    """

    place: Place
    margin: float
    reward: float

    @property
    def verdict(self) -> str:
        """``holds``, ``breaks``, or why that is not known."""
        if self.place.verdict == NOT_GUARANTEED or self.place.wants_pairs:
            return NOT_GUARANTEED
        return {BETTER: HOLDS, WORSE: BREAKS}.get(self.place.decision.verdict, UNDECIDED)

    @property
    def loss(self) -> float | None:
        """The share of the reward that the rule loses."""
        behind = self.place.decision.behind
        return None if behind is None else behind / self.reward + self.margin

    @property
    def half(self) -> float | None:
        """Half-width of its 95 % interval."""
        half = self.place.decision.half
        return None if half is None else half / self.reward

    def where(self, key: str) -> str:
        """Return the level of a setting here."""
        return display_value(self.place.batch.settings, key)


def check_places(rules: Rules, found: Sequence[Contender]) -> None:
    """Check that a sweep has what the rules name.

    Raises:
        LabError: as `places_of`.
    """
    for rule in rules.each:
        places_of(rules, rule, found)


def places_of(rules: Rules, rule: Rule, found: Sequence[Contender]) -> tuple[Tested, ...]:
    """Test a rule at each place that has both agents.

    Args:
        rules: the margin, and the settings that vary from place to place.
        rule: the rule.
        found: the contenders of the sweep.

    Raises:
        LabError: no place has both, or one has several.
    """
    sides = [_by_place(rules, side, found, rule.says) for side in (rule.obeys, rule.versus)]
    obeys, versus = sides
    pairs = [(one, versus[where]) for where, one in obeys.items() if where in versus]
    if not pairs:
        raise LabError(f"decision: {rule.says}: no two runs of the sweep have the settings of obeys and versus")
    rewards = [abs(other.scores.reward_per_request or 0.0) or 1.0 for _, other in pairs]
    raw = [
        against({pair: score - rules.margin * reward for pair, score in one.regret.items()}, other.regret)
        for (one, other), reward in zip(pairs, rewards, strict=True)
    ]
    decided = corrected([_open(one) for one in raw])
    skews = deciding_of([(one.skewness, one.pairs) for one in decided])
    places = [Place(*pair, one, skew) for pair, one, skew in zip(pairs, decided, skews, strict=True)]
    return tuple(Tested(place, rules.margin, reward) for place, reward in zip(places, rewards, strict=True))


def _open(one: Decision) -> Decision:
    """Return a decision that is not called equal.

    Then the margin decides.
    """
    return replace(one, verdict=UNDECIDED)


def _by_place(
    rules: Rules, side: Settings, found: Sequence[Contender], says: str
) -> Mapping[tuple[str, str], Contender]:
    """Return the contenders with some settings, by row and column."""
    fitting: dict[tuple[str, str], Contender] = {}
    for one in found:
        if all(_same(one, key, value) for key, value in side.items()):
            where = display_value(one.settings, rules.down), display_value(one.settings, rules.across)
            if where in fitting:
                raise LabError(f"decision: {says}: several runs have {side}; more settings are needed to name one")
            fitting[where] = one
    return fitting


def _same(one: Contender, key: str, value: object) -> bool:
    return display_value(one.settings, key) == display_value({key: value}, key)
