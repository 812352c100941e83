"""A rollback serves the version before again."""

import gc

import pytest

from agents import Agent, Every, NoCorrection
from sim.simulation import simulate
from tests.kernel.test_serving import Counted
from tests.support.worlds import FirstItems, run, world

CROWD = {"users__count": 10, "users__visits": {"every": "10s"}, "horizon": "450s"}


def rolled_back(*at, agent=None, **changed):
    agent = agent or Agent(FirstItems(), NoCorrection(), Every("100s"), ship="push")
    incidents = [{"kind": "rollback", "at": one} for one in at]
    return run(world(**CROWD, incidents=incidents, **changed), agent)


def lives(ran):
    columns = ran.versions[["version", "live_at", "retired_at", "status"]].fillna(-1)
    return list(columns.itertuples(index=False, name=None))


def test_the_version_before_serves_again_until_the_next_one_comes():
    ran = rolled_back("250s")
    assert lives(ran) == [
        (0, 0.0, 100.0, "retired"),
        (1, 100.0, 300.0, "retired"),
        (2, 200.0, 250.0, "rolled_back"),
        (3, 300.0, 400.0, "retired"),
        (4, 400.0, -1, "live"),
    ]
    requests = ran.requests.set_index("request_at").version
    assert requests[245.0:249.99].unique().tolist() == [2]
    assert requests[250.0:299.99].unique().tolist() == [1]
    assert requests[300.0:399.99].unique().tolist() == [3]
    assert ran.summary["versions/rolled_back"] == 1
    assert ran.summary["versions/pushed"] == 4


def test_a_second_one_goes_back_one_further():
    ran = rolled_back("250s", "260s")
    assert lives(ran)[:3] == [
        (0, 0.0, 300.0, "retired"),
        (1, 100.0, 260.0, "rolled_back"),
        (2, 200.0, 250.0, "rolled_back"),
    ]


def test_before_the_untrained_version_there_is_none():
    plain = rolled_back()
    assert rolled_back("50s").fingerprint == plain.fingerprint
    assert [one[3] for one in lives(rolled_back("150s", "160s"))][:2] == ["retired", "rolled_back"]


def test_what_is_older_than_a_version_taken_back_stays_superseded():
    """Pushes take 5 s or 250 s; the second version is taken back while the first is still on its way."""
    ran = rolled_back("220s", platform__push="mixture(0.5: constant(5s), 0.5: constant(250s))")
    table = ran.versions.set_index("version")
    for late in table.index[table.status == "superseded"]:
        newer = table.loc[late + 1 :]
        assert (newer.live_at <= table.trained_at[late] + 250.0).any()


def test_it_reaches_replicas_as_a_version_does():
    ran = rolled_back("250s", platform__serving={"replicas": 2, "rollout": "20s"})
    at, later = ran.requests.request_at, 20.0 * ran.requests.replica
    between = (at >= 250.0 + later) & (at < 300.0 + later)
    assert ran.requests.version[between].unique().tolist() == [1]
    assert (ran.requests.version[(at >= 220.0) & (at < 250.0 + later)] == 2).all()


def test_in_place_there_is_nothing_to_go_back_to():
    agent = Agent(FirstItems(), NoCorrection(), Every("100s"), ship="in_place")
    assert rolled_back("250s", agent=agent).fingerprint == simulate(world(**CROWD), agent).fingerprint


@pytest.mark.parametrize(("at", "most"), [(("250s",), 2), (("250s", "440s"), 3), ((), 1)])
def test_versions_are_kept_for_as_many_rollbacks_as_come(at, most):
    learner = Counted()
    gc.collect()
    gc.disable()
    try:
        rolled_back(*at, agent=Agent(learner, NoCorrection(), Every("100s"), ship="push"))
    finally:
        gc.enable()
    assert max(count for _, count in learner.most) == most
