"""The set that may be the best, and all pairs at once: against scipy, and how often they are wrong."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.analysis.paired.comparison import Comparison, World, world_of
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import best_of, decide
from sim.analysis.paired.pairwise import differences, holm_pairs, may_be_best, p_different, p_more
from sim.analysis.paired.sentences import sentences
from sim.analysis.score import REGRET
from sim.analysis.stopping_rule import StoppingRule
from sim.score import Scores

NAN = np.nan


def by_pair(values, seed: int = 0) -> dict[tuple[int, int], float]:
    return {(seed, n): float(value) for n, value in enumerate(values)}


def test_p_values_are_scipys_on_the_pairs_that_both_have() -> None:
    scores = np.random.default_rng(1).normal(size=(3, 9)) + np.array([[0.0], [0.4], [1.2]])
    scores[1, :3] = NAN
    found = differences(scores)
    assert found.count.tolist() == [[9, 6, 9], [6, 6, 6], [9, 6, 9]]
    for i, j, start in ((1, 0, 3), (2, 0, 0), (1, 2, 3)):
        told = stats.ttest_rel(scores[i, start:], scores[j, start:], alternative="greater")
        assert p_more(found)[i, j] == pytest.approx(told.pvalue)
        assert p_more(found)[j, i] == pytest.approx(1.0 - told.pvalue)
        two = stats.ttest_rel(scores[i, start:], scores[j, start:]).pvalue
        assert p_different(found, 3)[i, j] == p_different(found, 3)[j, i] == pytest.approx(min(1.0, 3 * two))


def test_the_set_is_made_of_one_sided_tests_at_a_share_of_the_error() -> None:
    rng = np.random.default_rng(2)
    for count in (2, 4, 7):
        scores = rng.normal(size=(count, 12)) + np.linspace(0.0, 1.5, count)[:, None]
        theirs = [
            all(stats.ttest_rel(mine, other, alternative="greater").pvalue >= 0.05 / (count - 1)
                for m, other in enumerate(scores) if m != n)
            for n, mine in enumerate(scores)
        ]  # fmt: skip
        assert may_be_best(scores).tolist() == [bool(stays) for stays in theirs]
        assert (may_be_best(scores, 4) >= may_be_best(scores)).all()  # each look has a share of the error only


def test_differences_without_spread_and_without_pairs() -> None:
    one, more = [1.0, 2.0, 4.0], [2.0, 3.0, 5.0]
    assert may_be_best(np.array([one, one, more])).tolist() == [True, True, False]
    assert may_be_best(np.array([[1.0, NAN, NAN], [NAN, 9.0, NAN], [9.0, 9.0, NAN]])).all()
    assert may_be_best(np.empty((3, 0))).all()
    assert may_be_best(np.array([[5.0]])).tolist() == [True]
    assert np.isnan(holm_pairs(p_different(differences(np.array([[1.0], [2.0]]))))).all()


def test_tests_that_go_round_in_a_circle_leave_all_inside() -> None:
    scores = np.array([
        [0.0, 0.1, 0.0, NAN, NAN, NAN, 1.0, 1.1, 1.0],
        [1.0, 1.0, 1.1, 0.0, 0.1, 0.0, NAN, NAN, NAN],
        [NAN, NAN, NAN, 1.0, 1.0, 1.1, 0.0, 0.0, 0.1],
    ])  # fmt: skip
    assert may_be_best(scores).all()


def test_who_shares_too_few_pairs_stays_and_is_undecided() -> None:
    best, behind = by_pair([1.0, 1.2, 0.9, 1.1] * 2), by_pair([2.0, 2.3, 1.9, 2.1] * 2)
    assert best_of([best, behind, by_pair([9.0])]) == ["yes", "no", "undecided"]  # no test
    assert best_of([best, behind, by_pair([9.0] * 4, seed=7)]) == ["yes", "no", "undecided"]  # no pair
    assert best_of([best, behind, {}]) == ["yes", "no", "undecided"]
    assert best_of([best, behind, by_pair([0.5, 1.9])]) == ["yes", "no", "undecided"]  # two pairs of eight
    assert best_of([best, behind, by_pair([9.0, 9.1, 8.9])]) == ["yes", "no", "no"]  # three are plenty for this
    assert best_of([by_pair([1.0]), by_pair([2.0])]) == ["undecided", "undecided"]
    assert best_of([best]) == ["yes"]
    assert best_of([best, best]) == ["yes", "yes"]


def test_no_study_of_thousands_is_wrong_more_often_than_said() -> None:
    """Twenty equal agents: Holm over all pairs, where the best of the same data is compared with the others."""
    scores = np.random.default_rng(3).normal(size=(600, 20, 12))
    corrected = holm_pairs(p_different(differences(scores)))
    assert (corrected < 0.05).any(axis=(1, 2)).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)
    one = [by_pair(agent) for agent in scores[0]]
    decided = decide(one, 7, every=True)  # what people read are these numbers
    theirs = [None if np.isnan(p) else pytest.approx(p) for p in corrected[0, 7]]
    assert [decision.adjusted for decision in decided] == theirs


def contender(values, name: str, seed: int = 0) -> Contender:
    scores = by_pair(values, seed)
    mean = float(np.mean(values)) if len(values) else None
    record: Any = SimpleNamespace(config=SimpleNamespace(replications=len(values), seed=seed), hash=name)
    return Contender((record,), {"learner": name}, "w", scores, Scores({REGRET: mean}))


def said(
    group: list[Contender], named: int | None = None, until: StoppingRule | None = None
) -> tuple[World, list[str]]:
    world = world_of("w", group, [] if named is None else [group[named]], until, named is None)
    return world, sentences(Comparison(("learner",), (world,), 0, until), world)


def test_the_first_sentence_is_the_set() -> None:
    noise = np.array([0.3, -0.2, 0.1, -0.3, 0.2, -0.1, 0.0, 0.15])
    group = [contender(1.0 + noise, "a"), contender(1.05 - noise, "b"), contender(2.0 + noise, "c")]
    world, lines = said(group)
    assert world.best == ("yes", "yes", "no")
    assert lines[0] == "The best of these 3 is one of 2 (95 % confidence): a; b."
    assert "after Holm's correction over all pairs" in lines[1]
    world, lines = said(group, named=1)
    assert lines[0] == "The best of these 3 is one of 2 (95 % confidence): a; b."
    assert lines[1].startswith("Against the baseline b")
    assert not world.every
    world, lines = said([group[0], group[2]])
    assert lines[0] == "The best of these 2 is a (95 % confidence)."
    world, lines = said([*group[:2], contender([1.0], "d")])
    assert lines[0] == "The best of these 3 may be any of them (95 % confidence): d; a; b."
    assert lines[1] == "Undecided because they share too few replications: d."


def test_without_a_named_baseline_pairs_are_corrected_for_all_pairs() -> None:
    rng = np.random.default_rng(4)
    group = [contender(rng.normal(size=8) + shift, name) for shift, name in ((0.0, "a"), (1.0, "b"), (1.1, "c"))]
    chosen, named = said(group)[0], said(group, named=0)[0]
    least = min(named.decisions[n].p for n in (1, 2))
    assert min(named.decisions[n].adjusted for n in (1, 2)) == pytest.approx(2 * least)
    assert min(chosen.decisions[n].adjusted for n in (1, 2)) == pytest.approx(3 * least)
