"""Satiation takes from what it is about, and gives to nothing."""

from itertools import pairwise

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform, Wait
from sim.ports import Slates
from sim.world import Served, World
from tests.support.worlds import TASTES, run, world

STRENGTHS = (1e-12, 0.5, 1.0, 3.0, 8.0)  # with none at all, all visits of a user are one batch
CALM = {"users__satisfaction__return_effect": 0.0}  # visits fall at the same instants, whatever is shown


def utilities(strength, rounds=6):
    """Return the utility of every item at each of some rounds of visits at which the same is always shown."""
    latent = World(world(TASTES, users__satiation__strength=strength, items__lifetime=None, **CALM), 3, 0)
    told = []
    for visit in range(rounds):
        latent.reach(np.inf, latent.space.users)
        batch = latent.first_batch(1e9)
        told.append(batch.judged.utility[np.argsort(batch.user)])
        shown = (batch.user[:, None] + 5 * visit + np.arange(3)) % latent.space.items
        answers = latent.respond(Served(batch, None, shown, Slates(batch.alive.ids_at(shown))))
        latent.commit(answers)
    return np.array(told)


def test_no_more_satiation_ever_raises_an_item():
    before = utilities(STRENGTHS[0])
    for strength in STRENGTHS[1:]:
        after = utilities(strength)
        assert (after <= before).all()
        before = after
    assert (
        utilities(8.0) < utilities(STRENGTHS[0]) - 1e-6
    ).mean() > 0.3  # and it does take from what was shown and its like


def test_an_item_opposite_to_what_was_shown_is_wanted_as_before():
    fresh, full = utilities(0.5, rounds=2)[1], utilities(8.0, rounds=2)[1]
    latent = World(world(TASTES, items__lifetime=None, **CALM), 3, 0)
    features = latent.items.on(0.0).features
    for user in range(latent.space.users):
        shown = features[(user + np.arange(3)) % latent.space.items].mean(axis=0)
        opposite = features @ shown < 0
        assert opposite.any()
        np.testing.assert_array_equal(full[user, opposite], fresh[user, opposite])
        assert (full[user, ~opposite] < fresh[user, ~opposite]).all()


@pytest.mark.long
@pytest.mark.parametrize("policy", [Oracle, Uniform])
def test_what_slates_are_worth_falls_as_satiation_grows(policy):
    def worth(strength):
        scenario = world(TASTES, users__satiation__strength=strength, **CALM)
        return run(scenario, Agent(policy(), Wait(), Never()), seed=1).requests.expected_reward

    worths = [worth(strength) for strength in (0.0, 1.0, 8.0)]
    assert (np.diff([w.mean() for w in worths]) < -0.01).all()
    if policy is Uniform:  # the same slates at any strength: request by request
        assert all((more <= less).all() for less, more in pairwise(worths))
