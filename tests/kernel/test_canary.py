"""A share of the users tries each version first: every verdict by hand in a tiny world."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import ttest_ind

from agents import Agent, Every, NoCorrection
from sim.analysis.main_scores import main_scores
from sim.draws import Stream, root, uniform
from sim.pipeline.welch import significantly_below
from sim.ports import Slates
from sim.scenario import ScenarioError
from sim.score import Scores
from sim.simulation import simulate
from tests.support.worlds import run, world

USERS, SHARE, SEED = 200, 0.3, 5
CANARY = {"share": SHARE, "for": "50s"}
CROWD = {
    "users__count": USERS,
    "users__visits": {"every": "10s"},
    "horizon": "800s",
    "items__click_rates": [1.0, 0.0],
}


class InTurns:
    """Version n shows the item that all click where n is even, else the one that nobody does."""

    def __init__(self, bad=lambda number: number % 2):
        self.count, self.bad = 0, bad

    def train(self, experience):
        pass

    def policy(self):
        self.count += 1
        return Shows(int(self.bad(self.count - 1)))


class Shows:
    def __init__(self, item):
        self.item = item

    def act(self, observations):
        return Slates(np.full((len(observations), 1), self.item))


def tried(canary, learner=None, **changed):
    agent = Agent(learner or InTurns(), NoCorrection(), Every("100s"), ship="push")
    return run(world(**(CROWD | changed), platform__canary=canary), agent, seed=SEED)


def first_users():
    return uniform(root(SEED, 0, Stream.CANARY), np.arange(USERS)) < SHARE


def lives(ran, *columns):
    return list(ran.versions[list(columns)].fillna(-1).itertuples(index=False, name=None))


def test_a_worse_version_is_rolled_back_and_an_equal_one_promoted():
    ran = tried(CANARY)
    found = lives(ran, "version", "live_at", "retired_at", "status")
    assert found[:5] == [
        (0, 0.0, 250.0, "retired"),  # until the second candidate is promoted
        (1, 100.0, 150.0, "rolled_back"),
        (2, 200.0, 450.0, "retired"),
        (3, 300.0, 350.0, "rolled_back"),
        (4, 400.0, 650.0, "retired"),
    ]
    assert ran.summary["versions/rolled_back"] == 4
    assert ran.summary["versions/pushed"] == 8
    assert ran.summary["versions/untested"] == 0


def test_who_tries_a_version_is_a_fixed_share_and_the_rest_keeps_the_one_before():
    requests = tried(CANARY).requests
    at, tries = requests.request_at.to_numpy(), first_users()[requests.user]
    assert 0.2 < tries.mean() < 0.4
    expected = np.select(
        [at < 100, at < 150, at < 200, at < 250, at < 300, at < 350],
        [0 * tries, 1 * tries, 0 * tries, 2 * tries, 2, np.where(tries, 3, 2)],
    )
    assert (requests.version[at < 350] == expected[at < 350]).all()


def test_one_at_a_time_and_the_newest_of_those_that_wait():
    ran = tried(CANARY | {"for": "250s"})
    assert lives(ran, "version", "live_at", "retired_at", "status") == [
        (0, 0.0, -1, "live"),
        (1, 100.0, 350.0, "rolled_back"),
        (2, -1, -1, "superseded"),  # waited from 200 s on, until the next one came
        (3, 350.0, 600.0, "rolled_back"),
        (4, -1, -1, "superseded"),
        (5, 600.0, -1, "canary"),  # it waited when the trial ended, the next one comes at this very instant
        (6, -1, -1, "superseded"),
        (7, -1, -1, "superseded"),
        (8, -1, -1, "waiting"),
    ]


def test_a_margin_is_what_it_may_be_worse_by():
    assert tried(CANARY | {"margin": 0.99}).summary["versions/rolled_back"] == 4
    assert tried(CANARY | {"margin": 1.0}).summary["versions/rolled_back"] == 0


def test_with_too_few_users_on_a_side_it_is_promoted_and_counted():
    ran = tried(CANARY | {"least": 80})
    assert first_users().sum() < 80
    assert ran.summary["versions/untested"] == 7  # the eighth begins at the horizon
    assert ran.summary["versions/rolled_back"] == 0
    assert ran.versions.retired_at.tolist()[:3] == [150.0, 250.0, 350.0]


def test_labels_that_mature_after_the_end_do_not_count():
    """Answers take 45 s: of a trial of 50 s those of its first 5 s count, which half of the users give."""
    delayed = {"feedback__click": {"delay": "constant(45s)"}}
    users = first_users()[: USERS // 2 + 1]  # they come in turn
    half = tried(CANARY | {"least": int(users.sum()) + 1}, **delayed)
    assert half.summary["versions/untested"] == 7
    all_of_them = tried(CANARY | {"least": int(users.sum())}, **delayed)
    assert all_of_them.summary["versions/untested"] == 0
    assert all_of_them.summary["versions/rolled_back"] == 4


def test_replicas_and_clients_follow_a_candidate_and_a_rollback_too():
    serving = {"replicas": 2, "rollout": "20s", "cache": "released(every=30s)"}
    requests = tried(CANARY, platform__serving=serving).requests
    at, tries = requests.request_at.to_numpy(), first_users()[requests.user]
    since = np.floor(at / 30) * 30 - 20 * requests.replica.to_numpy()
    expected = np.select([since < 100, since < 150, since < 200], [0 * tries, 1 * tries, 0 * tries], 2 * tries)
    early = at < 250
    assert (requests.version[early] == expected[early]).all()


def test_in_place_there_is_none():
    scenario = world(**CROWD, platform__canary=CANARY)
    agents = [Agent(InTurns(), NoCorrection(), Every("100s"), ship="in_place") for _ in range(2)]
    ran, plain = simulate(scenario, agents[0]), simulate(world(**CROWD), agents[1])
    assert ran.fingerprint == plain.fingerprint


def test_too_few_users_for_any_test_are_refused():
    with pytest.raises(ScenarioError, match=r"platform\.canary\.least: is 30 on each side, but there are 59 users"):
        world(users__count=59, platform__canary=CANARY)


def test_a_trial_longer_than_the_run_is_a_warning():
    scenario = world(**CROWD, platform__canary=CANARY | {"for": "801s"})
    assert "platform.canary.for: the trial is longer than the horizon: it never ends" in scenario.warnings()


def test_a_summary_in_words_says_what_was_rolled_back():
    told = SimpleNamespace(summary=Scores(tried(CANARY).summary), config=SimpleNamespace(ship="push"))
    assert ("versions", "8 trained, 8 live, 4 rolled back") in main_scores(told)


@pytest.mark.parametrize("number", range(40))
def test_welch_is_that_of_scipy(number):
    random = np.random.default_rng(number)
    n, m = random.integers(2, 60, size=2)
    ours, theirs = random.normal(0.0, random.uniform(0.1, 2.0), n), random.normal(0.3, random.uniform(0.1, 2.0), m)
    margin = random.choice([0.0, 0.1])
    expected = ttest_ind(ours + margin, theirs, equal_var=False, alternative="less").pvalue
    assert significantly_below(ours, theirs, margin) == (expected < 0.05)


def test_where_nobody_varies_the_means_are_compared():
    third = np.full(7, 1 / 3)
    assert not significantly_below(third, np.full(3, 0.1 + 0.2 + 1 / 3 - 0.3), 0.0)  # but for rounding the same
    assert significantly_below(np.zeros(3), third, 0.3)
    assert not significantly_below(np.zeros(3), third, 0.34)
