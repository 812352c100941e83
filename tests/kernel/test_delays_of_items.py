"""Delays that depend on how much an item is liked, or on when they begin."""

import numpy as np
import pytest

from agents import Agent, DelayedUCB, InverseProbability, Never, Uniform
from sim.analysis import evaluate
from sim.draws import Stream, normal, root
from sim.laws import Pace, parse_law
from sim.ports import delay_law
from sim.scenario import Scenario
from sim.world import World
from tests.support.worlds import CLOCKWORK, TASTES, run

RANDOM = Agent(Uniform(), cadence=Never())
LAWS = ["exponential(mean=1m)", "lognormal(median=20s, p95=5m)", "mixture(0.5: 10s, 0.5: exponential(mean=70s))"]
WIDE = {"feedback.click.window": None, "items.lifetime": None}


def clicks(delay, **changes):
    """Return the clicked impressions of a world, with their delays."""
    scenario = Scenario.load(TASTES, WIDE | {"feedback.click.delay": delay} | changes)
    impressions = run(scenario, RANDOM).impressions
    own = impressions[impressions.outcome == 1]
    return scenario, own.assign(delay=own.feedback_at - own.request_at)


@pytest.mark.parametrize("law", LAWS)
def test_a_delay_is_multiplied_by_how_much_an_item_is_liked(law):
    """z follows from the world's own taste and popularity, which satiation and the click rate are no part of."""
    scenario, own = clicks(f"by_utility(effect=-0.5, law={law})")
    _, plain = clicks(law)
    assert own.item.tolist() == plain.item.tolist()
    factor = (own.delay / plain.delay).to_numpy()
    np.testing.assert_allclose(factor, np.exp(-0.5 * liking(scenario, own)), rtol=1e-6)
    assert 0.2 < np.log(factor).std() < 1.0  # z has a standard deviation of about 1


def liking(scenario, impressions):
    """Return z of impressions, from the tastes of the world at each request."""
    world = World(scenario, 0, 0)
    z = []
    for at, user, item in impressions[["request_at", "user", "item"]].itertuples(index=False):
        one = np.array([at]), np.array([user])
        drift, _ = world._tastes.drift(*one, world._states.drift[one[1]], world._states.knot[one[1]])
        taste = world._tastes.at(*one, drift)[0]
        popularity = 0.5 * float(normal(root(0, 0, Stream.ITEM_POPULARITY), item))
        z.append(popularity + float(taste @ world.items.lookup(np.array([item]))[0]))
    return np.array(z) / np.sqrt(0.5**2 + 1.0**2 + 0.6**2 + 0.4**2)


def test_what_is_liked_is_answered_sooner_with_a_negative_effect():
    for effect in (-1.0, 1.0):
        _, own = clicks(f"by_utility(effect={effect}, law=constant(1m))", **{"users.satiation.strength": 0.0})
        likelier = own.probability > own.probability.median()
        assert (own.delay[likelier].mean() < own.delay[~likelier].mean()) == (effect < 0)


def test_no_effect_is_the_law_itself():
    for law in LAWS:
        _, own = clicks(f"by_utility(effect=0, law={law})")
        assert own.equals(clicks(law)[1])


def test_groups_and_liking_multiply_together():
    group = {"users.groups": {"all": {"share": 1.0, "delay": 3.0}}}
    _, slow = clicks("by_utility(effect=0.5, law=exponential(mean=1m))", **group)
    _, plain = clicks("by_utility(effect=0.5, law=exponential(mean=1m))")
    np.testing.assert_allclose(slow.delay, 3.0 * plain.delay, rtol=1e-6)


def test_a_law_holds_for_what_begins_before_it_shifts():
    text = "shifting(at=10h, before=exponential(mean=1m), after=exponential(mean=20m))"
    _, own = clicks(text)
    (_, before), (_, after) = clicks("exponential(mean=1m)"), clicks("exponential(mean=20m)")
    later = (own.request_at >= 36_000).to_numpy()
    assert 0.2 < later.mean() < 0.9
    np.testing.assert_array_equal(own.delay, np.where(later, after.delay, before.delay))


def test_the_instant_of_the_shift_belongs_to_the_law_after():
    law = parse_law("shifting(at=10s, before=constant(1s), after=constant(3s))")
    starts = np.array([9.999999, 10.0, 11.0])
    assert law.draw(np.zeros(3, np.uint64), starts).delay.tolist() == [1.0, 3.0, 3.0]
    assert law.draw(np.zeros(3, np.uint64), starts, Pace(np.full(3, 2.0))).event_at.tolist() == [11.999999, 16.0, 17.0]


def test_a_conversion_shifts_by_the_instant_of_its_click():
    shop = {"feedback.conversion": {"rate": 0.9, "delay": "shifting(at=10h, before=1m, after=5m)"}}
    _, own = clicks("constant(7h)", **shop, **{"feedback.learn_from": "conversion"})
    delay = np.where(own.request_at + 25_200 < 36_000, 60.0, 300.0)
    np.testing.assert_allclose(own.delay, 25_200 + delay, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "law", ["by_utility(effect=-0.5, law=exponential(mean=1d))", "shifting(at=1d, before=1h, after=2h)"]
)
def test_agents_are_told_no_law_that_depends_on_more_than_time(law):
    name = law.partition("(")[0]
    for told in (delay_law, DelayedUCB, lambda text: InverseProbability(law=text)):
        with pytest.raises(ValueError, match=f"^{name}: an agent is"):
            told(law)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"platform.push": "by_utility(effect=1, law=1h)"}, "platform.push: by_utility is for delays of feedback"),
        (
            {"platform.training.fixed": "released(every=1h, law=by_utility(effect=1, law=1h))"},
            "platform.training.fixed: ",
        ),
        (
            {"platform.push": "shifting(at=1h, before=1m, after=never(p=0.5, else=1m))"},
            "platform.push: .* may never end",
        ),
        ({"feedback.click.delay": "by_utility(effect=20, law=1h)"}, "expected a plain number above -10 and below 10"),
        ({"feedback.click.delay": "shifting(at=1h, before=1m)"}, "after is missing"),
    ],
)
def test_where_they_have_no_meaning_they_are_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        Scenario.load(TASTES, changes)


def test_where_all_items_are_liked_alike_by_utility_is_refused():
    with pytest.raises(ValueError, match="by_utility has no effect where all items are liked alike"):
        Scenario.load(CLOCKWORK, {"feedback.click.delay": "by_utility(effect=1, law=1h)"})


def test_evaluation_by_age_is_refused_where_age_does_not_tell():
    law = "by_utility(effect=-0.5, law=exponential(mean=1m))"
    result = run(Scenario.load(TASTES, {"feedback.click.delay": law}), RANDOM)
    with pytest.raises(ValueError, match=r"age weights by one law, but delays depend on more than a law: by_utility"):
        evaluate(result, RANDOM, at=["12h"])
