"""What was decided, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.advice import Advice, Gap, advice
from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BETTER, EQUAL, FEW, NO, UNDECIDED, WORSE, Decision
from sim.analysis.paired.planning import MOST
from sim.analysis.paired.skewness import beyond_doubt
from sim.analysis.paired.statistics import LEVEL
from sim.analysis.score import LASTING, LASTING_WORDS, REGRET, WORDS
from sim.analysis.units import counted, scored, with_interval

_NAMED = 3
_OF_BEST = 6


def paragraphs(found: Comparison, world: World, advice: Advice | None) -> list[str]:
    """Return the best, what pairs say, and what comes next."""
    first, *rest = sentences(found, world)
    return [part for part in (first, " ".join(rest), sentence_of(advice) if advice else "") if part]


def sentences(found: Comparison, world: World) -> list[str]:
    """Return who wins, what is undecided, and the certainty."""
    name = found.label(world.contenders[world.baseline], world)
    if len(world.contenders) == 1:
        return [f"{name} is alone in this world: there is nothing to compare it with."]
    if world.contenders[world.baseline].scores.regret is None:
        return [
            f"{WORDS.capitalize()} is not known of these runs (an older version, or no requests): compute them again."
        ]
    pairs = _against_chosen(found, world, name) if world.chosen else _against_best(found, world, name)
    said = [*_best(found, world), *pairs, *_undecided(found, world), *_conditional(world)]
    return [*said, *_short(found, world), *_unpaired(world), *_looks(found, world), *_skewed(world)]


def _best(found: Comparison, world: World) -> list[str]:
    """Return which contenders may be the best."""
    names = {n: found.label(world.contenders[n], world) for n in world.order if world.best[n] != NO}
    inside, total = _first(list(names.values()), _OF_BEST), len(world.contenders)
    if len(names) == 1:
        return [f"The best of these {total} is {inside} (95 % confidence)."]
    some = "may be any of them" if len(names) == total else f"is one of {len(names)}"
    said = [f"The best of these {total} {some} (95 % confidence): {inside}."]
    if little := [name for n, name in names.items() if world.best[n] == UNDECIDED]:
        said.append(f"Undecided because they share too few replications: {_first(little, _OF_BEST)}.")
    return said


def _first(names: Sequence[str], most: int = _NAMED) -> str:
    """Return the first names, and how many more there are."""
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return "; ".join([*names[:most], *more])


def _against_best(found: Comparison, world: World, name: str) -> list[str]:
    others = len(world.contenders) - 1
    best = world.contenders[world.baseline]
    lost = len(_with(world, WORSE))
    kind = "the only other one" if others == 1 else f"{lost} of {others} others"
    decided = f"is significantly better than {kind}" if lost else "is not significantly better than any other"
    among = " of those with enough replications" if world.short else ""
    most = f"most {LASTING_WORDS}" if best.by_reward else f"least {WORDS}"
    first = f"{name} has the {most}{among}, {_score(best)}, and {decided} ({_level(world)})."
    return [first, "It was selected on these same data, so its lead is slightly overestimated."]


def _score(one: Contender) -> str:
    return scored(one.scores, LASTING if one.by_reward else REGRET)


def _conditional(world: World) -> list[str]:
    """Say what is compared where satisfaction moves leaving."""
    if not world.contenders[world.baseline].by_reward:
        return []
    return [
        f"Satisfaction has a say in who leaves here: agents are compared on {LASTING}, and are behind by the reward "
        "that they miss. Regret is that of users who are still there."
    ]


def _level(world: World) -> str:
    return f"95 %, after Holm's correction{' over all pairs' if world.every and len(world.contenders) > 2 else ''}"


def _against_chosen(found: Comparison, world: World, name: str) -> list[str]:
    others = len(world.contenders) - 1
    better, worse = (len(_with(world, verdict)) for verdict in (BETTER, WORSE))
    base = world.contenders[world.baseline]
    words = LASTING_WORDS if base.by_reward else WORDS
    said = [
        f"Against the baseline {name} ({_score(base)} {words}) {better} of {others} are significantly better and "
        f"{worse} significantly worse ({_level(world)})."
    ]
    for one, decision in _with(world, BETTER)[:1]:
        gap = with_interval(decision.behind, decision.half)
        said.append(f"The best of them is {found.label(one, world)}, by {gap.lstrip('-')}.")
    return said


def _undecided(found: Comparison, world: World) -> list[str]:
    if not (open_ := _with(world, UNDECIDED)):
        return []
    names = _first([found.label(one, world) for one, _ in open_])
    said = [f"Undecided (no statistically significant difference): {names}."]
    if alone := sum(decision.adjusted is not None and (decision.p or 0.0) < 1.0 - LEVEL for _, decision in open_):
        said.append(f"Without the correction for multiple comparisons {alone} of them would be significant.")
    return said


def advice_of(found: Comparison, world: World) -> Advice | None:
    """Return what to run next, None if nothing is undecided."""
    rows = [(found.label(one, world), decision) for one, decision in world.ranked()]
    seeds = sorted({run.config.seed for one in world.contenders for run in one.records})
    told = advice(rows, world.open, found.looks, seeds)
    if told is None or found.until is None:
        return told
    looks = len(found.until.raised(told.replications).looks)
    return advice(rows, world.open, looks, seeds, "replications.max")


def _short(found: Comparison, world: World) -> list[str]:
    """Return which contenders have too few replications to be best."""
    few = [(world.contenders[n], world.decisions[n]) for n in sorted(world.short)]
    few = [(one, decision) for one, decision in few if decision.verdict == UNDECIDED and decision.pairs]
    if not few:
        return []
    most = len(world.contenders[world.baseline].regret)
    names = _first([f"{found.label(one, world)} ({decision.pairs} of {most})" for one, decision in few])
    return [f"Too few replications to be chosen as the best: {names}. One can be named with --baseline."]


def _unpaired(world: World) -> list[str]:
    said = []
    if alone := sum(d.pairs == 0 for d in world.decisions):
        said.append(f"{alone} cannot be paired with it: they have no seed and replication in common.")
    if any(d.pairs == 1 for d in world.decisions):
        said.append("One replication gives no interval and decides nothing: use replications=5 or more.")
    if same := len(_with(world, EQUAL)):
        said.append(f"{same} {'does' if same == 1 else 'do'} not differ from it in any replication.")
    return said


def _skewed(world: World) -> list[str]:
    """Return a caution where differences are too skewed for t-tests."""
    skew = beyond_doubt([(one.skewness, one.pairs) for one in world.decisions])
    if skew is None:
        return []
    return [f"The differences are skewed ({skew:.1f}): with so few replications 95 % is not guaranteed."]


def _looks(found: Comparison, world: World) -> list[str]:
    """Return cautions about interim analyses."""
    if found.until is not None:
        looks = len(found.until.looks)
        analyses = "1 interim analysis" if looks == 1 else f"{looks} interim analyses"
        return [f"Intervals of differences and p-values are corrected for {analyses}."]
    counts = {one.replications for one in world.contenders}
    said = []
    if len(counts) > 1:
        said = [f"They have {min(counts)} to {max(counts)} replications; two are compared on those that both have."]
    if names := sorted({found.grown[r.hash] for one in world.contenders for r in one.records if r.hash in found.grown}):
        said.append(
            f"Replications were added until decided by {_first(names)}: intervals and verdicts here are not corrected "
            "for these interim analyses. Name the sweep: its verdicts are."
        )
    elif said:
        said.append("If these were added until decided, name the sweep: its verdicts are corrected for that.")
    return said


def about_worlds(found: Comparison) -> list[str]:
    """Return what keeps runs apart, if they are."""
    said = []
    if len(found.worlds) > 1:
        said.append(
            f"The runs have {len(found.worlds)} worlds (users, items, slate, feedback, horizon, score_from differ); "
            "runs are compared only within a world. Platform settings such as push and ingest make no other world."
        )
    if found.repeated:
        said.append(f"Left out: {counted(found.repeated, 'older run')} with the settings and seed of a newer one.")
    return said


def _with(world: World, verdict: str) -> list[tuple[Contender, Decision]]:
    """Return those with a verdict, the least regret first."""
    return [(one, decision) for one, decision in world.ranked() if decision.verdict == verdict]


def sentence_of(advice: Advice) -> str:
    """Return what to run next, and why."""
    what = " ".join(advice.overrides)
    fresh = f"run the same again with {what} (a new seed, so that these data are not used twice)"
    if not advice.gaps:
        return f"Fewer than {FEW} replications do not tell how many would be enough: {fresh}."
    gaps = "; ".join(f"{gap.name}: {needed(gap)}" for gap in advice.gaps)
    return (
        f"Replications needed to decide the largest differences, if these estimates are right: {gaps}. Next: {fresh}."
    )


def needed(gap: Gap) -> str:
    """Return how many replications would decide a difference, in words."""
    if gap.low is None or gap.high is None:
        return "-"
    if gap.low >= MOST:
        return f"more than {MOST:,}"
    return f"{gap.low:,} to {'more than ' if gap.high >= MOST else ''}{gap.high:,}"
