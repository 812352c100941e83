"""Two agents in one world: who serves whom, what each is told, and what of it is counted."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, NoCorrection, ObservedOnly, Online
from sim import simulate as by_name
from sim.draws import Stream, root, uniform
from sim.simulation import simulate
from tests.support.worlds import CLOCKWORK, FirstItems, world

CROWD = {"users__count": 100, "users__visits": {"every": "10s"}, "horizon": "300s"}


def pair(**changed):
    return {name: Agent(FirstItems(), NoCorrection(), Every("100s"), **changed) for name in ("control", "treatment")}


def test_a_user_is_served_by_one_of_them_for_good_by_their_shares():
    split = {"control": 0.3, "treatment": 0.7}
    run = simulate(world(**CROWD), pair(), split=split, seed=4, trace=True)
    of = run.requests.groupby("user").variant.unique()
    assert (of.str.len() == 1).all()
    draws = uniform(root(4, 0, Stream.VARIANT), np.arange(100))
    assert of.str[0].tolist() == np.where(draws < 0.3, "control", "treatment").tolist()
    impressions = run.impressions.merge(run.requests, on=["request_at", "user", "visit"], suffixes=("", "_of_request"))
    assert (impressions.variant == impressions.variant_of_request).all()
    assert len(impressions) == len(run.requests)
    assert run.summary["control/requests"] == (run.requests.variant == "control").sum()
    assert run.versions.variant.tolist() == ["control"] * 4 + ["treatment"] * 4
    assert run.curve.variant.tolist() == ["control"] * 200 + ["treatment"] * 200


def test_shares_are_equal_unless_said():
    told = {"split": {"treatment": 0.5, "control": 0.5}}
    assert simulate(world(**CROWD), pair(), **told).fingerprint == simulate(world(**CROWD), pair()).fingerprint


@pytest.mark.parametrize(("log", "share"), [("own", 0.5), ("shared", 1.0)])
def test_a_learner_is_told_of_its_users_or_of_all(log, share):
    agents = pair()
    run = simulate(world(**CROWD), agents, log=log, trace=True)
    before = run.requests[run.requests.request_at <= 100.0]
    for name, agent in agents.items():
        first = agent.learner.told[0].news.matured
        own = before.user[before.variant == name]
        users = set(own) if log == "own" else set(before.user)
        assert set(first.user.tolist()) == users
        assert len(users) == pytest.approx(100 * share, abs=15)
        learnt = run.versions[(run.versions.variant == name) & (run.versions.version == 1)].learnt.item()
        examples = run.versions[(run.versions.variant == name) & (run.versions.version == 1)].examples.item()
        assert learnt == pytest.approx(len(own), abs=3)  # of its users, whoever else it learns from
        assert examples == pytest.approx(len(own) if log == "own" else len(before), abs=3)


@pytest.mark.long
def test_what_is_shared_has_the_propensities_of_whoever_showed_it():
    told = pair()["control"]
    agents = {"even": told, "thompson": Agent(BetaThompson(propensities=True), ObservedOnly(), Online())}
    few = CROWD | {"users__count": 20, "horizon": "120s"}
    run = simulate(world(**few), agents, log="shared", trace=True)
    seen = told.learner.told[-1].news.matured
    shown = run.impressions.set_index(["request_at", "user"]).propensity
    expected = shown.loc[list(zip(seen.request_at.tolist(), seen.user.tolist(), strict=True))]
    np.testing.assert_array_equal(seen.propensity, expected.to_numpy())
    assert (seen.propensity < 1.0).any()
    assert np.isnan(seen.propensity).any()  # those that it showed itself


def test_scores_are_over_the_users_of_a_variant():
    scenario = world(**CROWD, items__click_rates=[0.5, 0.5])
    run = simulate(scenario, pair(), split={"control": 0.2, "treatment": 0.8}, seed=2, trace=True)
    for name, own in run.requests.groupby("variant"):
        users = own.user.nunique()
        assert run.summary[f"{name}/users/retained"] == 1.0
        days = users * 300 / 86400
        assert run.summary[f"{name}/reward/per_user_day"] == pytest.approx(own.reward.sum() / days, rel=1e-12)
    assert sum(run.summary[f"{name}/reward/total"] for name in ("control", "treatment")) == run.requests.reward.sum()


@pytest.mark.long
def test_several_replications_have_intervals_for_each():
    run = by_name(CLOCKWORK | {"horizon": "50s"}, {"a": "uniform", "b": "ucb1_online"}, replications=2)
    assert list(run.requests.columns[:2]) == ["replication", "variant"]
    assert {"a/regret/total/low", "b/regret/total/high"} <= set(run.summary)
    assert repr(run).startswith("Run(scenario='clockwork', agent={'a': Agent(")


@pytest.mark.parametrize(
    ("agents", "options", "why"),
    [
        (pair(), {"split": {"control": 0.5, "treatment": 0.4}}, "shares add up to 0.9, expected 1"),
        (pair(), {"split": {"control": 1.0, "treatment": 0.0}}, "share of treatment is 0.0, expected more than 0"),
        (pair(), {"split": {"control": 0.5, "b": 0.5}}, "split has control, b, expected control, treatment"),
        (pair(), {"log": "both"}, "log is 'both', expected own or shared"),
        ({}, {}, "variants are none, expected names"),
        ({"a/b": pair()["control"]}, {}, "variants are 'a/b', expected names without a slash"),
        (pair()["control"], {"split": {"a": 1.0}}, "split and log are of variants"),
        (pair()["control"], {"log": "shared"}, "split and log are of variants"),
    ],
)
def test_what_is_no_split_is_refused(agents, options, why):
    with pytest.raises(ValueError, match=why):
        simulate(world(), agents, **options)
