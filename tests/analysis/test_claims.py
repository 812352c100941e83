"""Claims about agents: known answers, names, and how often a verdict is wrong."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from sim.analysis.claims.checked import FAIL, INCONCLUSIVE, PASS, Checked, check, exit_code, frame, in_words, judged
from sim.analysis.claims.claim import Claim, claims_of
from sim.analysis.paired.contenders import Contender
from sim.errors import LabError
from sim.score import Scores

REGRET = "regret/at_base_rate"
AGENTS = {"a_online": {"learner": "a", "cadence": "online"}, "a_hourly": {"learner": "a", "cadence": "hourly"}}
RNG = np.random.default_rng(5)
LUCK = RNG.normal(size=12)


class Config(dict):
    """The configuration of a run, as names of runs need it."""

    seed = 0


def contender(cadence: str, regrets, world: str = "w", users: int = 5, **more) -> Contender:
    table = pd.DataFrame({"replication": range(len(regrets)), REGRET: regrets})
    choices = {"learner": "a", "correction": "none", "cadence": cadence}
    config = Config(choices=choices, agent={"ship": "push"}, scenario={"name": "tiny"}, seed=0)
    run = SimpleNamespace(hash=f"{cadence}-{world}", config=config, replicates=table, summary=Scores())
    settings = {"scenario": "tiny", "learner": "a", "cadence": cadence, "ship": "push", "scenario.users.count": users}
    return Contender((run,), settings | more, world, {}, Scores())


def claim(**bound) -> Claim:
    return claims_of({REGRET: {"of": "a_hourly", "versus": "a_online", **bound}})[0]


def verdict(regrets, others, **bound) -> str:
    (row,) = check([claim(**bound)], [contender("hourly", regrets), contender("online", others)], AGENTS)
    return row.verdict


@pytest.mark.parametrize("bound", [{"at_most": 0.02}, {"at_most": 0.0}, {"at_least": -0.02}, {"at_least": 0.0}])
def test_of_two_agents_that_do_the_same_each_claim_with_room_for_it_passes(bound) -> None:
    assert verdict(LUCK, LUCK, **bound) == PASS


def test_what_is_impossible_fails_and_what_is_certain_passes() -> None:
    worse = LUCK + 0.5 + RNG.normal(scale=0.01, size=12)
    assert verdict(worse, LUCK, at_most=0.02) == FAIL
    assert verdict(worse, LUCK, at_least=0.4) == PASS
    assert verdict(LUCK, worse, at_most=-0.4) == PASS
    assert verdict(worse, LUCK, at_least=0.6) == FAIL


def test_too_few_replications_are_inconclusive() -> None:
    (row,) = rows = check([claim(at_most=9.0)], [contender("hourly", [1.0]), contender("online", [0.0])], AGENTS)
    assert (row.verdict, row.pairs, row.difference, row.half) == (INCONCLUSIVE, 1, 1.0, None)
    assert exit_code(rows) == 3
    assert in_words(rows) == "0 of 1 claim passed, 1 inconclusive; a claim needs two replications or more."
    noisy = LUCK[:4] + np.array([0.3, -0.2, 0.1, -0.15])
    assert verdict(noisy, LUCK[:4], at_most=0.05) == INCONCLUSIVE


@pytest.mark.parametrize("pairs", [4, 6])
def test_few_replications_do_not_say_how_many_would_do(pairs: int) -> None:
    gaps = np.array([0.3, -0.2, 0.1, -0.15, 0.25, -0.1])[:pairs]
    (row,) = judged([Checked(claim(at_most=0.0), "", pairs)], [gaps])
    assert row.verdict == INCONCLUSIVE
    assert (row.needed is None) == (pairs < 6)
    more = "" if row.needed is None else f"; about {row.needed} replications would decide"
    assert in_words([row]) == f"0 of 1 claim passed, 1 inconclusive{more}."


def test_several_claims_are_those_of_scipy_and_holm() -> None:
    mine = LUCK + RNG.normal(0.1, 0.1, size=12)
    told = [claim(at_most=bound) for bound in (0.05, 0.18, 0.3)] + [claim(at_least=-0.4)]
    rows = check(told, [contender("hourly", mine), contender("online", LUCK)], AGENTS)
    p = [ttest_1samp(mine - LUCK, one.bound).pvalue for one in told]
    held = {n: min(1.0, (4 - place) * p[n]) for place, n in enumerate(np.argsort(p))}
    stepped = np.maximum.accumulate([held[n] for n in np.argsort(p)])
    np.testing.assert_allclose([row.adjusted for row in rows], stepped[np.argsort(np.argsort(p))], rtol=1e-9)
    interval = ttest_1samp(mine - LUCK, 0.0).confidence_interval()
    table = frame(rows)
    np.testing.assert_allclose(table["difference/low"], interval.low)
    np.testing.assert_allclose(table["difference/high"], interval.high)
    decided = [q < 0.05 for q in stepped[np.argsort(np.argsort(p))]]
    mean = float((mine - LUCK).mean())
    expected = [(PASS if one.holds(mean) else FAIL) if known else INCONCLUSIVE
                for one, known in zip(told, decided, strict=True)]  # fmt: skip
    assert [row.verdict for row in rows] == expected
    assert {PASS, INCONCLUSIVE} <= set(expected)


def test_a_claim_is_checked_in_each_world_that_has_both() -> None:
    shift = RNG.normal(0.5, 0.01, size=12)
    found = [contender("online", LUCK), contender("hourly", LUCK), contender("online", LUCK, "v", 9),
             contender("hourly", LUCK + shift, "v", 9), contender("hourly", LUCK, "u", 11)]  # fmt: skip
    rows = check([claim(at_most=0.1)], found, AGENTS)
    assert [(row.world, row.verdict) for row in rows] == [("count 5", PASS), ("count 9", FAIL)]
    assert exit_code(rows) == 1


def test_words_name_agents_as_they_name_a_baseline() -> None:
    slow = contender("hourly", LUCK + 1.0, **{"scenario.platform.push": "6h"})
    quick = contender("hourly", LUCK, **{"scenario.platform.push": "1h"})
    (told,) = claims_of({REGRET: {"of": "hourly push=6h", "versus": "a_hourly push=1h", "at_least": 0.5}})
    assert [row.verdict for row in check([told], [slow, quick], AGENTS)] == [PASS]
    (told,) = claims_of({REGRET: {"of": "push=6h", "versus": "a_hourly push=2h", "at_least": 0.5}})
    with pytest.raises(LabError, match=r"claims.regret/at_base_rate.versus: 'push=2h' fits no run; candidates are"):
        check([told], [slow, quick], AGENTS)
    with pytest.raises(LabError, match=r"\.of: 'a_hourly' fits 2 runs; say which"):
        check([claim(at_most=0.1)], [slow, quick, contender("online", LUCK)], AGENTS)


def test_two_names_of_one_agent_and_agents_that_never_meet_are_refused() -> None:
    (same,) = claims_of({REGRET: {"of": "a_online", "versus": "online", "at_most": 0.1}})
    with pytest.raises(LabError, match="a_online and online are the same agent"):
        check([same], [contender("online", LUCK), contender("hourly", LUCK)], AGENTS)
    with pytest.raises(LabError, match="in no common world"):
        check([claim(at_most=0.1)], [contender("online", LUCK), contender("hourly", LUCK, "v", 9)], AGENTS)


WRONG = {
    "unknown score": ({"regret/base_rate": {}}, "claims: unknown name 'regret/base_rate', did you mean regret/"),
    "unknown key": ({REGRET: {"of": "a", "versus": "b", "atmost": 1}}, "atmost: unknown key, did you mean at_most"),
    "no bound": ({REGRET: {"of": "a", "versus": "b"}}, "one of at_most and at_least"),
    "two bounds": ({REGRET: [{"of": "a", "versus": "b", "at_most": 1, "at_least": 0}]}, r"\[0\]: has one of"),
    "no agent": ({REGRET: {"of": "a", "at_most": 1}}, "claims.regret/at_base_rate.versus: is missing"),
    "no number": ({REGRET: {"of": "a", "versus": "b", "at_most": "much"}}, "'much' is not a duration"),
    "no keys": ({REGRET: 0.02}, "claims.regret/at_base_rate: is 0.02; keys of versus at_most"),
    "no mapping": ([REGRET], "claims: is"),
}  # fmt: skip


@pytest.mark.parametrize(("told", "message"), WRONG.values(), ids=WRONG)
def test_a_claim_that_is_none_is_refused_with_what_is_allowed(told, message) -> None:
    with pytest.raises(LabError, match=message):
        claims_of(told)


def test_bounds_of_ages_may_be_durations() -> None:
    (told,) = claims_of({"staleness/data_age/mean": {"of": "a", "versus": "b", "at_least": "-90m"}})
    assert (told.bound, str(told)) == (-5400.0, "staleness/data_age/mean: a - b >= -90m")


def wrong_verdicts(studies: int, claims: int, pairs: int) -> tuple[float, float]:
    """Return how often any verdict is wrong, and how often any is given, where each bound is the true mean.

    It is just above the mean for half of the claims, so that failing is wrong, and just below it for the others.
    """
    rng, wrong, given = np.random.default_rng(8), 0, 0
    rows = [Checked(claim(at_most=0.0), "", pairs)] * claims
    told = [FAIL if n % 2 else PASS for n in range(claims)]
    for _ in range(studies):
        seen = [row.verdict for row in judged(rows, list(rng.normal(size=(claims, pairs))))]
        wrong += any(one == bad for one, bad in zip(seen, told, strict=True))
        given += any(one != INCONCLUSIVE for one in seen)
    return wrong / studies, given / studies


def test_verdicts_are_wrong_in_at_most_five_percent_of_sweeps() -> None:
    wrong, given = wrong_verdicts(800, 3, 6)
    assert wrong < 0.025 + 3 * np.sqrt(0.025 / 800)
    assert 0.049 - 3 * np.sqrt(0.05 / 800) < given < 0.05 + 3 * np.sqrt(0.05 / 800)


@pytest.mark.slow
@pytest.mark.parametrize(("claims", "pairs"), [(1, 4), (2, 12), (5, 6), (10, 20)])
def test_the_level_is_held_for_many_claims_and_few_replications(claims: int, pairs: int) -> None:
    wrong, given = wrong_verdicts(8000, claims, pairs)
    assert wrong < 0.025 + 3 * np.sqrt(0.025 / 8000)
    exact = 1.0 - (1.0 - 0.05 / claims) ** claims  # independent claims: some p-value is below 0.05 / claims
    assert abs(given - exact) < 3 * np.sqrt(0.05 / 8000)
