"""What a verdict map says, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.sentences import sentence_of
from sim.analysis.paired.skewness import ENOUGH, STRONG
from sim.analysis.paired.verdict_map import NOT_GUARANTEED, ONLINE, VerdictMap
from sim.analysis.score import WORDS
from sim.analysis.settings import display_value
from sim.analysis.units import counted

_TRAINING = {
    "Online": "learns from each feedback as it comes",
    "MicroBatch": "learns every {every} what is new",
    "After": "learns what is new after each {feedbacks} feedbacks",
    "Every": "trains every {interval} {data}",
    "DailyAt": "trains every day at {time} {data}",
    "OnDrift": "trains {data} when its predictions no longer fit",
    "Never": "never trains",
}


def map_paragraphs(found: VerdictMap) -> list[str]:
    """Return the count of verdicts, and the advice."""
    counts = "; ".join(_counts(found, one) for one in found.contenders)
    said = [f"Verdict map: {counts} (95 %, Holm's correction over the map).", *_skewed(found)]
    advice = found.advice
    return [" ".join(said), *([sentence_of(advice)] if advice else [])]


def _counts(found: VerdictMap, contender: str) -> str:
    online, other, undecided = (found.count(verdict, contender) for verdict in (ONLINE, contender, UNDECIDED))
    total = sum(place.contender == contender for place in found.places)
    return (
        f"of {total} comparisons of {contender} with online, online is better in {online}, {contender} in {other}, and "
        f"{undecided} are undecided"
    )


def _skewed(found: VerdictMap) -> list[str]:
    said = []
    if strong := [abs(p.skewness or 0.0) for p in found.places if p.verdict == NOT_GUARANTEED]:
        said.append(
            f"At {len(strong)} the level is not guaranteed: the differences are too skewed ({max(strong):.1f}; at most "
            f"{STRONG:g} is allowed) for a t-test; only the interval is given."
        )
    if some := [abs(p.skewness or 0.0) for p in found.places if p.wants_pairs]:
        said.append(f"At {len(some)} the differences are skewed ({max(some):.1f}), and {ENOUGH} pairs are needed.")
    return said


def explained(found: VerdictMap) -> list[str]:
    """Return what a reader must know, one statement each."""
    return [
        f"A cell is one world. Its number is {WORDS} of the agent above the panel minus that of the online agent: mean "
        f"± 95 % interval of {replications(found)} with the same users and the same random numbers.",
        "+ means that the online agent is better, - that the other one is.",
        *(f"{'; '.join(alike)}: {how}." for how, alike in trainings(found).items()),
        coloured(found),
    ]


def replications(found: VerdictMap) -> str:
    """Return how many replications the cells are of."""
    pairs = sorted({place.decision.pairs for place in found.places})
    return counted(pairs[0], "replication") if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]} replications"


def trainings(found: VerdictMap) -> dict[str, list[str]]:
    """Return how agents train and serve, and which do so."""
    names: dict[str, list[str]] = {}
    for name, one in {found.name(one): one for place in found.places for one in (place.online, place.batch)}.items():
        names.setdefault(training(one.settings), []).append(name)
    return names


def coloured(found: VerdictMap) -> str:
    """Return which cells of a map are coloured."""
    return (
        f"Coloured where decided at 95 % (Holm's correction over all {len(found.places)} cells); elsewhere the "
        "difference is not statistically significant."
    )


def training(settings: Mapping[str, Any]) -> str:
    """Return how an agent trains, and when it serves that."""
    window = display_value(settings, "cadence.refit_window")
    parts = {name: display_value(settings, f"cadence.{name}") for name in ("every", "feedbacks", "interval", "time")}
    data = "on what is new" if window == "-" else f"from scratch on the last {window}"
    kind = str(settings.get("cadence.class")).rpartition(".")[2]
    how = _TRAINING.get(kind, "trains by its cadence").format(**parts, data=data)
    in_place = settings.get("ship") == "in_place"
    return how + (" and serves it at once, in place: it pays no push" if in_place else ", and serves it after the push")


def legend(found: VerdictMap) -> dict[str, str]:
    """Return each verdict of the map with what it says."""
    agents: dict[str, dict[str, None]] = {}
    for place in found.places:
        agents.setdefault(place.contender, {})[found.name(place.batch)] = None
    said = {ONLINE: "online is better"}
    for word, names in agents.items():
        said[word] = f"{word} ({next(iter(names))}) is better" if len(names) == 1 else f"{word} is better"
    others = {UNDECIDED, *(place.verdict for place in found.places)} - set(said)
    return said | {verdict: verdict for verdict in sorted(others, reverse=True)}
