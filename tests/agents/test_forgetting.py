"""Examples that fade: what each weighs, whichever loop hands it over and however late."""

import numpy as np
import pytest

from agents import Agent, Every, LinTS, LinUCB, MicroBatch, NoCorrection, Online, RidgeRanker
from sim.ports import Examples, Experience, Impressions, News
from tests.support.logs import FIXED, SPACE, begun, examples, impressions, nothing, observations
from tests.support.worlds import TASTES, run, world

LEARNERS = (LinUCB, LinTS, RidgeRanker)
HALF_LIFE = 150.0  # seconds; impressions are served in 0..1000


def told(rows, cutoff, refit=False):
    """Return what a learner is told at a cutoff."""
    return Experience(News(cutoff, refit, nothing(), nothing()), rows, nothing)


def rows_of(seed=0, n=300):
    """Return examples with weights of either sign, of every size."""
    made = impressions(n, seed)
    return Examples(made, made.label, np.random.default_rng(seed).normal(0.6, 1.0, n))


def part(rows, index):
    return Examples(rows.impressions.take(index), rows.label[index], rows.weight[index])


def model(learner):
    """Return weights and inverses at the learner's cutoff."""
    return learner._grams.solved()


@pytest.mark.parametrize("kind", ["shared", "per_item"])
@pytest.mark.parametrize("part_", LEARNERS)
def test_late_pieces_are_a_refit(part_, kind):
    """In any order of delivery, with cutoffs at odd instants, and what was taken back long after."""
    rows, cutoff = rows_of(), 1500.0
    space = SPACE if kind == "shared" else FIXED
    pieces, whole = (begun(part_(forget=HALF_LIFE, ridge=2.0, model=kind), space) for _ in range(2))
    delivered = rows.impressions.request_at + np.random.default_rng(1).exponential(200.0, 300)
    before = -1.0
    for now in (90.0, 333.3, 334.0, 700.0, 1100.0, cutoff):
        pieces.train(told(part(rows, (delivered > before) & (delivered <= now)), now))
        before = now
    whole.train(told(part(rows, delivered <= cutoff), cutoff, refit=True))
    for mine, other in zip(model(pieces), model(whole), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("cutoff", [1000.0, 2.5e5, 4e8])
def test_it_is_the_formula(cutoff):
    """Also so long after that the origin has moved on (512 half-lives), and that nothing is left but the ridge."""
    rows = examples(impressions(200))
    learner = begun(RidgeRanker(2.0, "shared", forget=f"{HALF_LIFE:g}s"))
    learner.train(told(rows, 1000.0))
    learner.train(told(examples(nothing()), cutoff))
    later = impressions(200, seed=1).replace(request_at=cutoff - np.linspace(0.0, 900.0, 200))
    learner.train(told(examples(later), cutoff))
    both = Impressions.join([rows.impressions, later])
    z, w = both.user_features, np.hstack([np.ones((400, 1)), both.item_features])
    x = np.einsum("na,nc->nac", z, w).reshape(400, -1)
    weight = 0.5 ** ((cutoff - both.request_at) / HALF_LIFE)
    a = 2.0 * np.eye(x.shape[1]) + (x * weight[:, None]).T @ x
    theta, inverse = model(learner)
    np.testing.assert_allclose(theta[0], np.linalg.solve(a, x.T @ (weight * both.label)), rtol=1e-9)
    np.testing.assert_allclose(inverse[0], np.linalg.inv(a), rtol=1e-9, atol=1e-12)


def test_what_is_taken_back_is_gone():
    rows, late = examples(impressions(100)), impressions(20, seed=3)
    kept, other = (begun(LinUCB(forget=HALF_LIFE)) for _ in range(2))
    kept.train(told(rows, 1000.0))
    other.train(told(rows, 1000.0))
    kept.train(told(examples(late, 0.0), 1000.0))
    kept.train(told(Examples(late, np.zeros(20), -np.ones(20)), 9e4))
    other.train(told(examples(nothing()), 9e4))
    for mine, theirs in zip(model(kept), model(other), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def test_taking_back_more_than_was_given_leaves_a_usable_model():
    rows = impressions(30)
    learner = begun(LinUCB(forget=1e6))
    learner.train(told(Examples(rows, rows.label, np.full(30, -2.0)), 1000.0))
    assert np.linalg.eigvalsh(model(learner)[1][0]).min() > 0.0
    assert learner.policy().act(observations()).items.shape == (40, 4)


def test_a_version_is_as_it_was_at_its_cutoff():
    """Though it is solved when it first answers."""
    learner = begun(RidgeRanker(forget=HALF_LIFE))
    learner.train(told(rows_of(), 1000.0))
    early, asked = learner.policy(), learner.policy().act(observations())
    learner.train(told(rows_of(seed=1), 1200.0))
    np.testing.assert_array_equal(early.act(observations()).predicted, asked.predicted)
    assert not np.array_equal(learner.policy().act(observations()).predicted, asked.predicted)


def test_forever_is_no_forgetting():
    rows = examples(impressions(300))
    for kind, space in (("shared", SPACE), ("per_item", FIXED)):
        told_, plain = begun(LinUCB(forget=1e18, model=kind), space), begun(LinUCB(model=kind), space)
        for learner in (told_, plain):
            learner.train(told(rows, 1000.0))
        np.testing.assert_allclose(model(told_)[0], plain._grams.theta, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(model(told_)[1], plain._grams.inverse, rtol=1e-9, atol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize("learner", [LinUCB, RidgeRanker, pytest.param(LinTS, marks=pytest.mark.slow)])
def test_the_trace_is_the_same_in_blocks_and_one_at_a_time(learner):
    scenario = world(TASTES, horizon="3h")
    for cadence in (Online(), MicroBatch("10m")):
        agent = Agent(learner(forget="1h"), NoCorrection(), cadence)
        assert run(scenario, agent).fingerprint == run(scenario, agent, block=1).fingerprint


def test_the_loop_makes_no_difference_to_what_is_weighed():
    """What is new each hour, and everything from the start each hour: one and the same agent."""
    few = world(TASTES, users__count=10)
    agents = [Agent(LinUCB(forget="3h"), NoCorrection(), Every("1h", refit_window=window)) for window in (None, "2d")]
    news, refit = (run(few, agent) for agent in agents)
    for score in ("regret/total", "reward/total"):
        assert news.summary[score] == pytest.approx(refit.summary[score], rel=1e-9)


@pytest.mark.parametrize("forget", [0.0, -1.0, "0s", float("inf"), float("nan"), "soon"])
def test_a_half_life_is_a_time(forget):
    with pytest.raises(ValueError, match=r"forget|duration"):
        LinUCB(forget=forget)
