"""Fresh features or a fresh model, in sentences.

A model that is trained seldom but sees what its users just clicked, against one that learns at once and sees nothing
of it: a verdict map over the latency of the features and how far tastes move.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.map_sentences import coloured, replications, trainings
from sim.analysis.paired.verdict_map import BATCH, NOT_GUARANTEED, ONLINE, Place, VerdictMap
from sim.analysis.score import WORDS
from sim.analysis.settings import display_value, magnitude, two_words
from sim.analysis.units import counted
from sim.analysis.world_keys import RECENT

QUESTION = "Fresh features or a fresh model?"
LATENCY = f"{RECENT}.latency"
MODEL, FEATURES = "fresh model", "fresh features"
WORDS_OF = {ONLINE: MODEL, BATCH: FEATURES}  # of verdicts
LEGEND = {ONLINE: "the fresh model is better", BATCH: "fresh features are better"}
_SAID = {
    BATCH: "fresh features are better with {}",
    UNDECIDED: "neither is known to be better with {}",
    NOT_GUARANTEED: "the level is not guaranteed with {}",
    ONLINE: "the fresh model is better with {}",
}


def asks(found: VerdictMap | None) -> bool:
    """Return whether a map is over the latency of features."""
    return found is not None and len(found.keys) == 2 and LATENCY in found.keys


def latency_of(place: Place) -> str:
    """Return the latency at a place, ``none`` without features."""
    value = display_value(place.batch.settings, LATENCY)
    return "none" if value == "-" else value


def answer(found: VerdictMap) -> tuple[str, ...]:
    """Return who is better how often, and where.

    The first sentence counts; then there is one for each level of the other key.

    Args:
        found: a map over `LATENCY` and another key, such as the spread of drift.
    """
    (other,) = (key for key in found.keys if key != LATENCY)
    levels: dict[str, list[Place]] = {}
    for place in found.places:
        levels.setdefault(display_value(place.batch.settings, other), []).append(place)
    order = sorted(levels, key=lambda level: (magnitude(level), level))
    where = (f"{two_words(other).capitalize()} {level}: {_level(levels[level])}." for level in order)
    return (_counted(found), *where)


def explained(found: VerdictMap) -> tuple[str, ...]:
    """Return what a reader of the map must know."""
    return (
        f"A number is {WORDS} with {FEATURES} minus that of the {MODEL}, + if the {MODEL} is better: mean ± 95 % "
        f"interval of {replications(found)} with the same users and random numbers.",
        *(f"{_called(found, names)}: {how}." for how, names in trainings(found).items()),
        coloured(found),
    )


def _called(found: VerdictMap, names: Sequence[str]) -> str:
    """Return which side some agents are on."""
    fresh = {found.name(place.online) for place in found.places}
    return " and ".join(dict.fromkeys(MODEL.capitalize() if one in fresh else FEATURES.capitalize() for one in names))


def _counted(found: VerdictMap) -> str:
    online, batch, total = found.count(ONLINE), found.count(BATCH), len(found.places)
    if not online + batch:
        return f"Not decided: neither is known to be better in any of {counted(total, 'world')}."
    told = f"The {MODEL} is better in {online or 'none'} of {counted(total, 'world')}, {FEATURES} in {batch or 'none'}"
    rest = total - online - batch
    return f"{told}; {rest} {'is' if rest == 1 else 'are'} not decided." if rest else f"{told}."


def _level(places: Sequence[Place]) -> str:
    by_verdict: dict[str, list[str]] = {}
    for place in sorted(places, key=lambda one: _age(latency_of(one))):
        by_verdict.setdefault(place.verdict, []).append(latency_of(place))
    told = [_SAID[verdict].format(_features(by_verdict[verdict])) for verdict in _SAID if verdict in by_verdict]
    return "; ".join(told)


def _features(latencies: Sequence[str]) -> str:
    late = ", ".join(one for one in latencies if one != "none")
    return " or ".join(filter(None, [f"features {late} late" if late else "", "no features" * ("none" in latencies)]))


def _age(latency: str) -> float:
    return float("inf") if latency == "none" else magnitude(latency)
