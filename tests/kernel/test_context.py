"""The context of requests: what it is, what it does to tastes, and that all see the same of it."""

import numpy as np
import pytest

from agents import Agent, Every, Never, NoCorrection, ObservedOnly, Online, Uniform
from sim.analysis.off_policy.contexts import contexts
from sim.analysis.off_policy.evaluate import evaluate
from sim.draws import Stream, child, normal, root
from sim.kernel.logs import log_for
from sim.pipeline.guard import Guarded
from sim.scenario import Scenario
from sim.simulation import simulate
from sim.stable_math import logit
from sim.tuning import Tuning
from sim.world import World
from tests.support.worlds import ALWAYS_SINGLE, TASTES, FirstItems, run, world

DAY = 86400.0
ALL = {"hour": True, "weekday": True, "dim": 3, "seen": 0.5, "spread": 0.8}
LITTLE = Tuning(log_rows=2, log_most_rows=2, log_kept=4)


def only(**context):
    """Return a world of one item and one user without a taste of its own, who comes every six hours."""
    return world(
        horizon="9d",
        users={"count": 1, "visits": {"every": "6h"}, "preferences": {"dim": 2}, "context": context},
        items={"count": 1, "click_rate": 0.4},
    )


def seen(scenario):
    first = FirstItems()
    run(scenario, Agent(first, cadence=Every(scenario.horizon, refit_window=None)))
    return first.told[-1].news.served


def test_hour_and_weekday_are_sine_and_cosine():
    rows = seen(only(hour=True, weekday=True))
    assert rows.user_features.shape == (35, 5)  # the training of the last instant comes before its request
    np.testing.assert_allclose(rows.user_features[0], [1, 1, 0, 0, 1], atol=1e-15)  # 6:00 of the first day
    np.testing.assert_allclose(
        rows.user_features[3], [1, 0, 1, np.sin(np.pi * 2 / 7), np.cos(np.pi * 2 / 7)], atol=1e-15
    )
    np.testing.assert_allclose(rows.user_features[27 + 3], [1, -1, 0, 0, 1], atol=1e-15)  # 18:00 of the eighth
    assert rows.user_features[2, 3] == 0.0
    assert (rows.user_features[27:31, 3] == 0.0).all()


def test_the_last_instant_of_a_day_belongs_to_it():
    here = World(only(weekday=True), 0, 0)._context
    keys = np.zeros(2, dtype=np.uint64)
    before, after = here.at(np.array([np.nextafter(3 * DAY, 0), 3 * DAY]), keys)[:, 0]
    assert before == np.sin(2 * np.pi / 7 * 2)
    assert after == np.sin(2 * np.pi / 7 * 3)


def test_normals_belong_to_the_visit_and_a_share_is_seen():
    rows = seen(only(dim=3, seen=0.5))
    key = child(child(root(0, 0, Stream.VISIT), 0), 5)
    assert rows.user_features[5, 1:].tolist() == normal(child(key, int(Stream.CONTEXT)), np.arange(2)).tolist()


def test_it_moves_the_taste_by_a_matrix_of_the_world():
    scenario = only(hour=True, dim=1, seen=0.0, spread=0.8)
    first = FirstItems()
    traced = run(scenario, Agent(first, cadence=Every("9d", refit_window=None)))
    x = first.told[-1].news.served.item_features[0]
    matrix = np.array([normal(child(root(0, 0, Stream.CONTEXT_EFFECT), i), np.array([0, 1, 4])) for i in range(2)])
    for visit, request in enumerate(traced.requests.itertuples()):
        angle = 2 * np.pi * (request.request_at % DAY) / DAY
        own = normal(child(child(child(root(0, 0, Stream.VISIT), 0), visit), int(Stream.CONTEXT)), 0)
        taste = 0.8 * matrix @ [np.sin(angle), np.cos(angle), own] / np.sqrt(3)
        expected = float(logit(np.array(0.4)) + taste @ x)
        assert float(logit(np.array(request.expected_reward))) == pytest.approx(expected, rel=1e-9)


def test_another_part_does_not_change_what_the_others_do():
    """The columns of the matrix belong to the numbers, by which it is divided."""
    at, keys = np.array([4.0]) * 3600, np.zeros(1, dtype=np.uint64)
    parts = [{"hour": True}, {"weekday": True}, {"dim": 2}]
    contexts = [World(only(**part, spread=0.5), 0, 0)._context for part in (*parts, parts[0] | parts[1] | parts[2])]
    moves = [here.moved(np.zeros((1, 2)), here.at(at, keys)) for here in contexts]
    np.testing.assert_allclose(moves[3] * np.sqrt(6), sum(moves[:3]) * np.sqrt(2), rtol=1e-12)


class Noted(FirstItems):
    """Keeps what it saw at each request, to compare it with what the log says."""

    def __init__(self):
        super().__init__()
        self.seen, self.logged = {}, {}

    def act(self, observations):
        for user, visit, row in zip(observations.user, observations.visit, observations.features, strict=True):
            self.seen[int(user), int(visit)] = row.tolist()
        return super().act(observations)

    def train(self, experience):
        for rows in (experience.news.served, experience.news.matured, experience.pending):
            for user, visit, row in zip(rows.user, rows.visit, rows.user_features, strict=True):
                assert self.logged.setdefault((int(user), int(visit)), row.tolist()) == row.tolist()


@pytest.mark.parametrize(
    ("cadence", "options"),
    [
        *((Online(), options) for options in ({}, {"tuning": ALWAYS_SINGLE}, {"tuning": LITTLE})),
        pytest.param(Online(), {"block": 1}, marks=pytest.mark.slow),
        *((Every("2h", refit_window=window), {"tuning": LITTLE}) for window in ("5h", None)),
    ],
)
@pytest.mark.long
def test_the_log_has_what_was_seen(cadence, options):
    noted = Noted()
    late = {"feedback.click.delay": "never(p=0.3, else=constant(1h))", "users.count": 12}
    scenario = Scenario.load(TASTES, {"users.context": ALL} | late)
    simulate(scenario, Agent(noted, NoCorrection(), cadence), **options)
    assert len(noted.logged) > 100
    assert all(noted.seen[place] == row for place, row in noted.logged.items())
    assert {len(row) for row in noted.logged.values()} == {1 + 3 + 4 + 2}


def test_a_log_without_context_has_no_column_for_it():
    for context, there in ({}, False), ({"dim": 2, "seen": 0.0}, False), (ALL, True):
        scenario = Scenario.load(TASTES, {"users.context": context})
        agent = Guarded(Agent(FirstItems(), cadence=Every("1h")))
        log = log_for(World(scenario, 0, 0), agent, scenario)
        assert ("context" in log._table.columns) == there


def test_a_context_that_says_nothing_changes_no_answer():
    """It is seen, but tastes do not meet it: the same items get the same answers."""
    plain, other = (
        run(Scenario.load(TASTES, {"users.context": context}), Agent(FirstItems(), ObservedOnly(), Never()))
        for context in ({}, ALL | {"spread": 0.0})
    )
    assert plain.fingerprint == other.fingerprint


def test_it_is_part_of_what_is_exported_and_evaluated():
    scenario = Scenario.load(TASTES, {"users.context": ALL, "slate.size": 1, "slate.choice": "bernoulli"})
    noted = Noted()
    log = simulate(scenario, Agent(Uniform(), cadence=Never()), trace=True)
    simulate(scenario, Agent(noted, cadence=Never()))
    exported = {
        (user, visit): row
        for part in contexts(log, scenario.horizon)
        for user, visit, row in zip(part.user.tolist(), part.visit.tolist(), part.features.tolist(), strict=True)
    }
    both = exported.keys() & noted.seen.keys()
    assert len(both) > 100
    at = lambda row: row[:4] + row[8:]  # noqa: E731  (two runs part in time: satisfaction follows what was shown)
    assert all(at(exported[place]) == at(noted.seen[place]) for place in both)
    found = evaluate(log, Agent(Uniform(), cadence=Never()), at=["1d"])
    assert np.isfinite(found[found.estimator == "dr"].value).all()
