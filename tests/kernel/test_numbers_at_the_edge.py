"""Worlds at the edge: nothing comes, everything comes too late, or all at once; every number is worked out by hand.

In the clockwork world a user comes at 1, 2, ... 100 s, clicks for sure, and is shown the first item.
"""

import pytest

from agents import Agent, Every, Never, ObservedOnly, Online, Wait
from sim.scenario import ScenarioError
from tests.support.worlds import CLOCKWORK, TASTES, FirstItems, run, world

STATUSES = ("delivered", "negative", "expired", "lost", "pending", "reversed")
LATE = "constant(1000s)"
UNKNOWN = ["regret/at_base_rate", "regret/per_request", "reward/per_request", "regret/normalised"] + [
    f"staleness/{name}/{part}"
    for name in ("model_age", "data_age", "label_age", "version_lag", "unlearned", "cycle_time")
    for part in ("mean", "p50", "p95")
]
UNKNOWN += ["staleness/label_age/without", *(f"staleness/cycle_time/{p}" for p in ("restricted", "limit", "unreached"))]
UNKNOWN += ["feedback/credited"]
UNKNOWN += [f"prediction/{of}{name}" for of in ("", "random/") for name in ("nll", "auc", "calibration", "cut", "mse")]
NOUGHT = [
    "requests",
    "feedback/duplicates",
    "regret/total",
    "reward/total",
    "reward/per_user_day",
    "users/retained",
    "versions/superseded",
    "versions/rejected",
    "versions/rolled_back",
    "versions/untested",
    "triggers/merged",
    "cost/training_time",
]
NO_VISIT_SCORES = dict.fromkeys(UNKNOWN) | dict.fromkeys([*NOUGHT, *(f"feedback/{s}" for s in STATUSES)], 0.0)


def hourly():
    """Trained at 10, 20, ... 100 s on what is new, pushed."""
    return Agent(FirstItems(), ObservedOnly(), Every("10s", refit_window=None))


def outcome(agent=None, base=CLOCKWORK, **overrides):
    """Run with adapted blocks and with blocks of one; both must say the same."""
    scenario = world(base, **overrides)
    result = run(scenario, agent or hourly())
    assert run(scenario, agent or hourly(), block=1).fingerprint == result.fingerprint
    assert sum(result.summary[f"feedback/{name}"] for name in STATUSES) == len(result.impressions)
    return result


def counts(result):
    return {name: n for name in STATUSES if (n := result.summary[f"feedback/{name}"])}


@pytest.mark.parametrize(
    ("visits", "horizon", "warns"),
    [({"every": "200s"}, "100s", ("users.visits.every: the first visit comes after the horizon",)),
     ({"rate": "1 per 1000d"}, "100s", ())],
    ids=["every", "rate"],
)  # fmt: skip
def test_nobody_comes(visits, horizon, warns):
    result = outcome(users__visits=visits, horizon=horizon)
    assert world(users__visits=visits, horizon=horizon).warnings() == warns
    assert result.summary == NO_VISIT_SCORES | {"versions/trained": 10.0, "versions/pushed": 10.0}
    assert result.versions.examples.tolist() == [0] * 11
    assert result.requests.shape == (0, 8)
    assert result.impressions.shape == (0, 13)
    assert len(result.curve) == 200
    assert result.curve["requests"].sum() == 0
    assert result.curve["regret/per_request"].isna().all()


def test_nobody_comes_and_nothing_triggers():
    result = outcome(Agent(FirstItems(), ObservedOnly(), Online()), users__visits__every="200s")
    assert result.summary == NO_VISIT_SCORES | {"versions/trained": 0.0, "versions/pushed": 0.0}
    assert result.versions.to_numpy().tolist()[0][:4] == [0, 0.0, 0.0, 0.0]


def test_a_visit_at_the_very_horizon_is_answered_and_what_follows_is_not():
    result = outcome(horizon="1s")
    assert result.summary["requests"] == 1.0
    assert counts(result) == {"delivered": 1.0}  # no delay: known at the horizon itself
    assert outcome(horizon="1s", feedback__click__delay="constant(1ms)").summary["feedback/pending"] == 1.0
    assert outcome(horizon="999ms").summary["requests"] == 0.0


@pytest.mark.parametrize(
    "late",
    [{"feedback__click__delay": LATE}, {"platform__ingest": LATE},
     {"feedback__click__delay": LATE, "feedback__click__window": "2000s"}],
    ids=["delay", "ingest", "window"],
)  # fmt: skip
def test_all_feedback_after_the_horizon(late):
    result = outcome(**late)
    assert counts(result) == {"pending": 100.0}
    assert result.impressions.delivered_at.isna().all()
    assert result.impressions.outcome.all()
    assert result.summary["reward/total"] == 100.0  # the reward happened, whether or not anyone has seen it
    assert result.versions.examples.tolist() == [0] * 11
    assert result.summary["staleness/unlearned/mean"] == 49.5
    assert result.summary["staleness/label_age/without"] == result.summary["staleness/cycle_time/unreached"] == 1.0
    assert result.summary["staleness/cycle_time/mean"] is result.summary["staleness/cycle_time/p50"] is None
    assert result.summary["staleness/cycle_time/restricted"] == 99.0  # who came first was followed for so long


def test_no_delay_at_all():
    result = outcome(Agent(FirstItems(), ObservedOnly(), Online()))
    assert counts(result) == {"delivered": 100.0}
    assert (result.impressions.delivered_at == result.impressions.request_at).all()
    assert result.requests.version.tolist() == list(range(100))
    assert result.versions.examples.tolist() == list(range(101))
    assert result.summary["staleness/data_age/mean"] == 1.0
    assert result.summary["staleness/unlearned/mean"] == 0.0


NEVER = "never(p=0.999999999999, else=constant(0s))"


def test_feedback_that_never_comes_is_lost_without_a_window_and_expired_with_one():
    lost = outcome(feedback__click__delay=NEVER)
    assert counts(lost) == {"lost": 100.0}
    assert lost.impressions[["feedback_at", "delivered_at"]].isna().all(axis=None)
    assert lost.versions.examples.tolist() == [0] * 11
    expired = outcome(feedback__click__delay=NEVER, feedback__click__window="5s")
    assert counts(expired) == {"expired": 95.0, "pending": 5.0}
    assert expired.versions.examples.tolist() == [0, 5, 15, 25, 35, 45, 55, 65, 75, 85, 95]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ScenarioError, match=r"horizon: comes to 1e\+12 visits of all users; at most 1e\+11"):
        world(horizon="1000000000s", users__visits__every="1ms")
    with pytest.raises(ScenarioError, match=r"horizon: comes to up to 3e\+09 visits of one user; at most 2e\+09"):
        world(horizon="30000000s", users__visits__every="10ms")
    glad = {"users__visits": {"rate": "100 per s"}, "users__satisfaction__return_effect": -1.0}
    with pytest.raises(ScenarioError, match=r"horizon: comes to up to 2\.7e\+09 visits of one user"):
        world(horizon="10000000s", **glad)
    assert world(horizon="7000000s", **glad).horizon == 7e6
    with pytest.raises(ScenarioError, match="expected a plain number above 0 and below 1"):
        world(feedback__click__delay="never(p=1, else=constant(0s))")
    with pytest.raises(ScenarioError, match="'0s' must be longer than 0s"):
        world(feedback__click__window="0s")
    with pytest.raises(ScenarioError, match=r"platform\.push: .* may never end"):
        world(platform__push="never(p=0.5, else=constant(0s))")


def test_a_window_of_almost_nothing_credits_only_what_comes_at_once():
    assert counts(outcome(feedback__click__window="1ms")) == {"delivered": 100.0}
    late = outcome(feedback__click__window="1ms", feedback__click__delay="constant(2ms)")
    assert counts(late) == {"expired": 99.0, "pending": 1.0}


def test_one_item_leaves_nothing_to_regret():
    result = outcome(items__click_rates=[0.5])
    assert set(result.impressions.item) == {0}
    assert result.summary["regret/total"] == 0.0
    assert result.summary["regret/normalised"] is None
    assert result.summary["reward/total"] == result.impressions.outcome.sum() > 0


def test_a_slate_as_large_as_the_catalogue_and_one_larger():
    result = outcome(slate__size=2)
    assert result.summary["regret/total"] == 0.0
    assert counts(result) == {"delivered": 200.0}
    with pytest.raises(ScenarioError, match=r"slate\.size: is 3, but only 2 items live; at most 2 is allowed"):
        world(slate__size=3)


def test_a_billion_seconds():
    result = outcome(
        horizon="1000000000s", users__visits__every="10000000s", feedback__click__delay="constant(1s)",
        agent=Agent(FirstItems(), ObservedOnly(), Every(1e8, refit_window=None)),
    )  # fmt: skip
    assert result.requests.request_at.tolist() == [1e7 * k for k in range(1, 101)]
    assert counts(result) == {"delivered": 99.0, "pending": 1.0}
    assert result.versions.live_at.tolist() == [1e8 * k for k in range(11)]
    assert result.versions.examples.tolist() == [0, *range(9, 100, 10)]
    assert result.summary["staleness/model_age/mean"] == 4.5e7
    untrained = outcome(Agent(FirstItems(), Wait(), Never()), horizon="1000000000s", users__visits__every="10000000s")
    assert untrained.summary["staleness/model_age/mean"] == 5.05e8
    assert untrained.summary["staleness/model_age/p95"] == pytest.approx(9.5e8, rel=0.0051)


def test_a_shift_after_the_horizon_is_a_warning_and_moves_nobody():
    late = {"users__shifts": [{"at": "2d", "share": 1.0, "size": 3.0}]}
    scenario = world(TASTES, **late)
    assert scenario.warnings() == ("users.shifts.0.at: the shift comes after the horizon",)
    agent = Agent(FirstItems(), Wait(), Never())
    assert run(scenario, agent).fingerprint == run(world(TASTES, users__shifts=[]), agent).fingerprint
    at_once = world(TASTES, users__shifts=[{"at": "0s", "share": 1.0, "size": 3.0}])
    assert run(at_once, agent).fingerprint != run(scenario, agent).fingerprint


def test_one_user_has_visits_tastes_and_states_of_its_own():
    result = outcome(Agent(FirstItems(), Wait(), Never()), base=TASTES, users__count=1)
    assert set(result.requests.user) == {0}
    assert result.requests.visit.tolist() == list(range(len(result.requests)))
    crowd = run(world(TASTES, users__satisfaction__return_effect=0.0), Agent(FirstItems(), Wait(), Never())).requests
    alone = run(
        world(TASTES, users__count=1, users__satisfaction__return_effect=0.0), Agent(FirstItems(), Wait(), Never())
    ).requests
    assert crowd[crowd.user == 0].request_at.tolist() == alone.request_at.tolist()  # others have no say


def test_a_training_longer_than_the_horizon_is_never_over():
    result = outcome(platform__training__fixed=LATE)
    assert result.versions.status.tolist() == ["live", "training"]
    assert result.versions.cutoff_at.tolist() == [0.0, 10.0]
    assert result.versions.trained_at.isna().tolist() == [False, True]
    assert (result.requests.version == 0).all()
    assert (result.summary["versions/trained"], result.summary["cost/training_time"]) == (0.0, 90.0)


def test_a_push_longer_than_the_horizon_is_never_over():
    result = outcome(platform__push=LATE)
    assert result.versions.status.tolist() == ["live", *["pushing"] * 10]
    assert result.versions.live_at.isna().sum() == 10
    assert (result.requests.version == 0).all()
    assert (result.summary["versions/trained"], result.summary["versions/pushed"]) == (10.0, 0.0)
    assert result.summary["staleness/version_lag/mean"] == (10 * sum(range(10)) + 10) / 100  # 10 more at 100 itself


def test_latencies_have_no_say_in_place():
    plain = outcome(Agent(FirstItems(), ObservedOnly(), Online()))
    slow = outcome(Agent(FirstItems(), ObservedOnly(), Online()), platform__training__fixed=LATE, platform__push=LATE)
    assert slow.fingerprint == plain.fingerprint
    assert slow.summary["cost/training_time"] == plain.summary["cost/training_time"] == 0.0
