"""Run a replication again, up to one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from sim import kernel
from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.probe import Look
from sim.analysis.replay.report import report
from sim.analysis.replay.trace_reader import Diary, Witness
from sim.errors import LabError
from sim.pipeline.guard import copy_of
from sim.scenario import Replication, Scenario
from sim.scenario.population import Population
from sim.trace import Chunk

if TYPE_CHECKING:
    from agents import Agent
    from sim.kernel import Outcome


def visits(
    scenario: Scenario,
    agent: Agent,
    user: int,
    seed: int = 0,
    replication: int = 0,
    readers: tuple[Callable[[Chunk], None], ...] = (),
) -> tuple[list[Visit], Outcome]:
    """Run a replication; return what one user saw.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        user: whose visits.
        seed: the run's seed.
        replication: which one.
        readers: called with the trace, as in `sim.kernel.run`.

    Raises:
        LabError: there is no such user.
    """
    check_user(scenario, user, seed, replication)
    diary = Diary(user)
    with threadpool_limits(1, user_api="blas"):
        own = Replication(scenario, seed, replication)
        outcome = kernel.run(own, copy_of(agent, replication), [diary.read, *readers])
    return diary.visits, outcome


def replay(
    scenario: Scenario,
    agent: Agent,
    user: int,
    visit: int,
    seed: int = 0,
    replication: int = 0,
    at: float | None = None,
) -> Replay:
    """Replay one request and explain its answer.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        user: the user of the request.
        visit: number of the user's visit, from 0.
        seed: the run's seed.
        replication: which one.
        at: the instant of the request, seconds; None: the whole replication is run first to find it.

    Raises:
        LabError: there is no such request.
    """
    check_user(scenario, user, seed, replication)
    if at is None:
        at = instant(visits(scenario, agent, user, seed, replication)[0], user, visit)
    if not 0.0 <= at <= scenario.horizon:
        raise LabError(f"replay: {at:g} s is not within the horizon")
    short = scenario.model_copy(update={"horizon": at})  # nothing at the request depends on what follows
    actor = keeping(agent, scenario.horizon).fresh()
    look, witness = Look(actor, user, visit, at), Witness(user, visit, at, scenario.horizon)
    with threadpool_limits(1, user_api="blas"):
        kernel.run(Replication(short, seed, replication), actor, [witness.read], probe=(at, look))
        if witness.request is None or look.sight is None:
            raise LabError(f"replay: user {user} does not come for visit {visit} at {at:g} s in this run")
        return report(scenario, look.sight, witness, seed, replication)


def instant(found: list[Visit], user: int, visit: int) -> float:
    """Return when a visit is, seconds.

    Raises:
        LabError: it is not within the horizon.
    """
    for one in found:
        if one.visit == visit:
            return one.request_at
    allowed = f"visits 0 to {len(found) - 1} are" if found else "none of the user's visits is"
    raise LabError(f"replay: visit {visit} of user {user} is not within the horizon; {allowed}")


def check_user(scenario: Scenario, user: int, seed: int, replication: int) -> None:
    """Refuse a user that the world does not have.

    Raises:
        LabError: there is no such user.
    """
    users = Population(scenario, seed, replication).count
    if not 0 <= user < users:
        raise LabError(f"replay: there is no user {user}; the run has users 0 to {users - 1}")


class _Kept:
    """A cadence that never trains but keeps the log.

    `Never` would keep nothing in the log.
    """

    ship = "in_place"
    refit_window: float | None = None
    feedbacks: int | None = None

    def __init__(self, horizon: float) -> None:
        self._horizon = horizon

    def next(self, after: float) -> float:
        """Return an instant beyond the horizon."""
        return 2.0 * max(after, self._horizon) + 1.0

    def wants(self, matured: object) -> bool:
        """Do not train."""
        return False


def keeping(agent: Agent, horizon: float) -> Agent:
    """Return an equal agent whose log is kept.

    So a fresh policy can be trained on the log.
    """
    cadence = agent.cadence
    if cadence.feedbacks is None and cadence.next(0.0) == float("inf"):
        return replace(agent, cadence=_Kept(horizon))
    return agent
