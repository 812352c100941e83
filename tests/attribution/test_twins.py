"""Twins: what is removed is gone, everything else is the same."""

import numpy as np
import pandas as pd
import pytest

from agents import After, Agent, DailyAt, Every, LinUCB, MicroBatch, Never, NoCorrection, Online, Uniform, Wait
from sim.analysis.attribution.twins import CAUSES, at_work, without
from tests.support.worlds import TASTES, run, world

CONVERSIONS = {
    "rate": 0.3, "spread": 0.5, "agrees_with_click": 0.5,
    "delay": "never(p=0.2, else=exponential(mean=2h))", "window": "3h",
}  # fmt: skip
WORLDS = {
    "click": world(TASTES, horizon="12h"),
    "conversion": world(TASTES, horizon="12h", feedback__conversion=CONVERSIONS, feedback__learn_from="conversion"),
}
WORLD_SAYS = ["request_at", "user", "visit", "expected_reward", "regret", "reward"]
SHOWN = ["request_at", "user", "visit", "position", "item", "outcome"]


@pytest.mark.parametrize("learn_from", WORLDS)
def test_every_outcome_is_known_at_once_also_a_no(learn_from):
    twin = without(WORLDS[learn_from], Agent(Uniform(), cadence=Never()), ["feedback_delay", "ingest"])
    frame = run(*twin).impressions
    assert (frame["delivered_at"] == frame["request_at"]).all()
    assert (frame["feedback_at"] == frame["request_at"]).all()
    assert (frame["status"] == np.where(frame["outcome"] == 1, "positive", "negative")).all()
    assert 0 < frame["outcome"].sum() < len(frame)


@pytest.mark.parametrize("learn_from", WORLDS)
def test_with_ingest_it_is_known_after_the_ingest(learn_from):
    twin = without(
        world(WORLDS[learn_from].plain(), platform__ingest="constant(50s)"), Agent(Uniform()), ["feedback_delay"]
    )
    frame = run(*twin).impressions
    late = frame["delivered_at"] - frame["request_at"]
    assert late.dropna().to_numpy() == pytest.approx(50.0)
    assert (frame.loc[late.isna(), "request_at"] > 12 * 3600.0 - 50.0).all()


HOURLY = Agent(Uniform(), correction=Wait(), cadence=Every("1h"))


@pytest.fixture(scope="module")
def as_they_are():
    """The runs of the worlds with all their delays."""
    return {name: run(scenario, HOURLY, seed=4) for name, scenario in WORLDS.items()}


@pytest.mark.parametrize("removed", [*([cause] for cause in CAUSES), CAUSES], ids="+".join)
@pytest.mark.parametrize("learn_from", WORLDS)
def test_users_catalogue_and_outcomes_are_the_same(learn_from, removed, as_they_are):
    before, twin = as_they_are[learn_from], run(*without(WORLDS[learn_from], HOURLY, removed), seed=4)
    pd.testing.assert_frame_equal(before.requests[WORLD_SAYS], twin.requests[WORLD_SAYS], check_exact=True)
    pd.testing.assert_frame_equal(before.impressions[SHOWN], twin.impressions[SHOWN], check_exact=True)
    assert before.fingerprint != twin.fingerprint  # something was removed


def test_removing_is_a_change_of_data():
    scenario, agent = without(WORLDS["click"], Agent(LinUCB(), cadence=DailyAt("03:00")), CAUSES)
    said = scenario.plain()
    click = {key: said["feedback"]["click"][key] for key in ("delay", "window", "negatives")}
    assert click == {"delay": "constant(0s)", "window": None, "negatives": "explicit"}
    nothing = "constant(0s)"
    training = {"fixed": nothing, "per_example": "0s", "in_place": "0s"}
    serving = {"replicas": 1, "rollout": "0s", "cache": None}
    assert said["platform"] == {
        "ingest": nothing,
        "training": training,
        "push": nothing,
        "gate": None,
        "serving": serving,
        "canary": None,
    }
    assert isinstance(agent.cadence, Online)
    assert agent.ship == "push"
    rest = {key: value for key, value in said.items() if key not in ("feedback", "platform")}
    assert rest == {key: WORLDS["click"].plain()[key] for key in rest}


def test_nothing_removed_is_the_run_itself():
    scenario, agent = WORLDS["click"], Agent(LinUCB())
    assert without(scenario, agent, []) == (scenario, agent)


def test_an_unknown_cause():
    with pytest.raises(ValueError, match="unknown cause slowness, expected some of feedback_delay, ingest, "):
        without(WORLDS["click"], Agent(LinUCB()), ["slowness"])


@pytest.mark.parametrize(
    ("agent", "idle"),
    [
        (Agent(LinUCB(), cadence=DailyAt("03:00")), set()),
        (Agent(LinUCB(), cadence=Online()), {"training", "push", "cadence"}),
        (Agent(LinUCB(), cadence=MicroBatch("5m")), {"training", "push"}),
        (Agent(LinUCB(), NoCorrection(), Online(), ship="push"), {"cadence"}),
        (Agent(LinUCB(), cadence=After(1)), {"cadence"}),
        (Agent(LinUCB(), cadence=After(2)), set()),
    ],
)
def test_what_has_no_effect_is_not_varied(agent, idle):
    assert set(at_work(WORLDS["click"], agent)) == set(CAUSES) - idle


def test_what_takes_no_time_already_is_not_varied():
    agent = Agent(LinUCB(), cadence=Every("1h"))
    gone = {"platform__ingest": "constant(0s)", "platform__training__fixed": "0s", "platform__push": "constant(0m)"}
    assert at_work(world(TASTES, **gone), agent) == ("feedback_delay", "cadence")
    at_once = {"feedback__click": {"delay": "constant(0s)"}}
    assert at_work(world(TASTES, **at_once, platform__training__per_example="1ms"), agent) == CAUSES[1:]
    closing = {"feedback__click": {"delay": "constant(0s)", "window": "1s"}}  # a no is known only then
    assert "feedback_delay" in at_work(world(TASTES, **closing), agent)


def test_a_conversion_delays_only_who_learns_from_it():
    plain = {"feedback__click": {"delay": "constant(0s)"}, "feedback__conversion": CONVERSIONS}
    agent = Agent(LinUCB())
    assert at_work(world(TASTES, **plain), agent) == ("ingest",)
    assert at_work(world(TASTES, **plain, feedback__learn_from="conversion"), agent) == ("feedback_delay", "ingest")


def test_incidents_go_with_the_delay_that_they_make_longer():
    kinds = ("label_outage", "label_loss", "trainer_down", "push_stuck")
    disturbed = [{"kind": kind, "at": "6h", "for": "2h"} for kind in kinds]
    disturbed[1] |= {"share": 0.5}
    scenario = world(TASTES, incidents=[*disturbed, disturbed[0] | {"backfill": False}], platform__gate={"for": "1h"})
    agent = Agent(LinUCB(), Wait(), Every("3h"))

    def left(*removed):
        twin, _ = without(scenario, agent, removed)
        return [one.kind for one in twin.incidents], twin.platform.gate is not None

    assert left("feedback_delay", "cadence") == ([*kinds, "label_outage"], True)
    assert left("ingest") == (["label_loss", "trainer_down", "push_stuck", "label_outage"], True)
    assert left("training") == (["label_outage", "label_loss", "push_stuck", "label_outage"], True)
    assert left("push") == (["label_outage", "label_loss", "trainer_down", "label_outage"], False)
    assert left(*CAUSES) == (["label_loss", "label_outage"], False)
    plain = without(scenario, agent, ["ingest", "training", "push"])[0]
    assert at_work(plain, agent) == ("feedback_delay", "cadence")
    stuck = world(plain.plain(), incidents=[{"kind": "push_stuck", "at": "6h", "for": "2h"}])
    assert at_work(stuck, agent) == ("feedback_delay", "push", "cadence")
