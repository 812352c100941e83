"""Evaluate a policy from the log of another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents import Agent, LogisticRanker, RidgeRanker
from sim.analysis.off_policy.direct import direct
from sim.analysis.off_policy.estimators import NAMES, Estimate, Rows, estimate
from sim.analysis.off_policy.gathered import Gathered
from sim.analysis.off_policy.kaplan_meier import known_share
from sim.analysis.off_policy.labels import PENDING, Chance, Known, arrival, known, not_by_age
from sim.analysis.off_policy.retrace import Logged, Step, retrace
from sim.analysis.off_policy.slates import slate_propensities, whole
from sim.analysis.off_policy.target import options
from sim.analysis.replay.probe import freshest
from sim.analysis.replay.replay import keeping
from sim.errors import LabError, refusing, unknown
from sim.kernel.logs import log_columns, log_for
from sim.laws.durations import seconds, text
from sim.lazy import lazy
from sim.pipeline import Log
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded, copy_of
from sim.ports import AgentParts
from sim.scenario import Scenario
from sim.stable_math import one_blas_thread
from sim.world import World

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

Floats = NDArray[np.float64]
_COLUMNS = ("read_at", "pending", "estimator", "value", "low", "high", "truth", "error", "requests")
_MOST_CERTAIN = 0.01  # share of impressions with propensity 1


class Traced(Protocol):
    """A run with its trace: what `sim.simulate` returns."""

    @property
    def scenario(self) -> Scenario:
        """The world."""

    @property
    def seed(self) -> int:
        """The seed of its random numbers."""

    @property
    def impressions(self) -> pd.DataFrame | None:
        """A row per impression."""


def evaluate(
    run: Traced,
    agent: Any,
    at: Sequence[float | str] = ("1d",),
    *,
    train: float | str | None = None,
    pending: Sequence[str] = PENDING,
    model: Any = None,
    switch: float | None = None,
    draws: int = 64,
    replication: int = 0,
) -> pd.DataFrame:
    """Estimate what an agent would earn, from another's log.

    The world of the run is run again along the slates of the trace, which gives the log at each instant, what agents
    see at each request, and the states of users. The agent learns once, from the log at ``train``, and is frozen. The
    requests after that are evaluated, with what the log says of them at each instant.

    Args:
        run: with its trace.
        agent: the target: an `Agent`, or a learner.
        at: instants at which the log is read, seconds or text such as ``3d``.
        train: up to when the agent learns; None: half of the first instant, 0 if it never trains.
        pending: rules for what is pending (see `known`).
        model: the learner of the direct model, with ``predict``; by default `LogisticRanker(ridge=1.0)`, and
            `RidgeRanker()` where outcomes have values.
        switch: the weight above which ``switch`` leaves out residuals; None: chosen by its estimated error.
        draws: slates drawn for each request of a target whose chances are not computed.
        replication: of several, which one.

    Returns:
        A row per instant, rule and estimator: ``read_at pending estimator value low high truth error requests``. Values
        are expected rewards a request; ``truth`` is the target's, from the probabilities of the world in the states at
        the same requests, and ``error`` is value less truth. Intervals are of 95 %, by user. Of slates of several items
        there is the estimator ``slate`` too, IPS by whole slates, if the run has its agent and its policies have
        ``slate_propensity``: the agent runs once more for it.

    Raises:
        LabError: there is no trace, an instant is out of range, or the log has no propensities below 1.
    """
    instants, start, target = checked(run, agent, at, train)
    _check_rules(pending, run.scenario)
    assert run.impressions is not None
    scenario, logged = run.scenario, Logged.of(run.impressions, run.scenario.slate.size, replication)
    rows = []
    with one_blas_thread():
        gathered, space = gather(scenario, run.seed, replication, logged, target, start, instants[-1], draws)
        law, slates = arrival(scenario, instants[-1] - start), _slates(run, replication, logged, gathered)
        usual = LogisticRanker(ridge=1.0) if scenario.feedback.learnt.value is None else RidgeRanker()
        for instant in instants:
            log = gathered.until(instant)
            if not len(log):
                raise LabError(f"evaluate: no request lies between {text(start)} and {text(instant)}")
            for rule in pending:
                labels = _labels(log, instant, rule, law)
                found = _estimates(log, labels, space, usual if model is None else model, switch, slates)
                rows += _rows(log, instant, rule, found)
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _check_rules(pending: Sequence[str], scenario: Scenario) -> None:
    if wrong := [rule for rule in pending if rule not in PENDING]:
        raise unknown("pending", wrong[0], PENDING)
    if "age" in pending and (why := not_by_age(scenario)):
        raise LabError(f"pending: age weights by one law, but {why}; {' and '.join(PENDING[:2])} are allowed")


def _labels(log: Gathered, instant: float, rule: str, law: Chance) -> Known:
    """Return labels as known at an instant, by a rule."""
    label = np.where(log.reversed_at <= instant, 0.0, log.label)
    came = log.at, log.delivered_at
    return known(rule, instant, *came, label, known_share(instant, *came, log.label > 0) if rule == "km" else law)


def _estimates(
    log: Gathered, labels: Known, space: Any, learner: Any, switch: float | None, slates: Floats | None
) -> dict[str, Estimate]:
    """Return the estimate of each estimator."""
    shown, expected = direct(log, labels, space, learner)
    own = Rows(log.user, log.target / log.propensity, labels.label, labels.kept, shown, expected)
    found = {name: estimate(name, own, switch) for name in NAMES}
    return found if slates is None else found | {"slate": estimate("ips", whole(log, labels, slates[: len(log)]))}


def _rows(log: Gathered, instant: float, rule: str, found: Mapping[str, Estimate]) -> list[tuple[Any, ...]]:
    truth = float(log.truth.mean())
    return [
        (instant, rule, name, one.value, one.low, one.high, truth, one.value - truth, len(log))
        for name, one in found.items()
    ]


def _slates(run: Traced, replication: int, logged: Logged, gathered: Gathered) -> Any:
    """Return how likely the slates of the requests were.

    None for slates of one item, and where the agent that logged does not say.
    """
    agent = getattr(run, "agent", None)
    if run.scenario.slate.size == 1 or agent is None or not len(gathered):
        return None
    chance = slate_propensities(run.scenario, agent, run.seed, replication, logged)
    own = chance[logged.rows(gathered.user, gathered.visit)]
    return own if (own > 0).all() else None  # NaN is not


def checked(
    run: Traced, agent: Any, at: Sequence[float | str], train: float | str | None
) -> tuple[list[float], float, Agent]:
    """Return instants, the end of training and the target."""
    if run.impressions is None:
        raise LabError("evaluate: the run has no trace; run it with trace=true")
    target, horizon = Agent.of(agent), run.scenario.horizon
    with refusing("at: {why}", ValueError, TypeError):
        instants = sorted({seconds(one) for one in at})
    if not instants or not 0 < instants[0] <= instants[-1] <= horizon:
        given = ", ".join(map(text, instants)) or "empty"
        raise LabError(f"at: is {given}; instants above 0 and up to the horizon, {text(horizon)}, are allowed")
    never = target.cadence.feedbacks is None and target.cadence.next(0.0) == float("inf")
    with refusing("train: {why}", ValueError, TypeError):
        start = (0.0 if never else instants[0] / 2) if train is None else seconds(train)
    if not 0 <= start < instants[0]:
        first = text(instants[0])
        raise LabError(
            f"train: is {text(start)}; an instant before {first}, the first at which the log is read, is allowed"
        )
    return instants, start, target


def gather(
    scenario: Scenario, seed: int, replication: int, logged: Logged, agent: Agent, start: float, end: float, draws: int
) -> tuple[Gathered, Any]:
    """Return the requests from ``start`` to ``end``, and the space."""
    actor = keeping(copy_of(agent, replication), scenario.horizon)  # type: ignore[arg-type]
    steps = retrace(scenario, seed, replication, logged, (start, end))
    with ending(actor):
        world, log = _until_trained(steps, actor, scenario)
        gathered = Gathered(world.user_features)
        with freshest(actor, log, 1, start) as policy:
            for _, served, answers in steps:
                if served is not None and answers is not None:
                    gathered.add(served, answers, options(world, served, policy, 1, draws))
    if len(gathered):
        _refuse_certain(gathered.propensity, world.space.items)
    return gathered, world.space


def _until_trained(steps: Iterator[Step], actor: AgentParts, scenario: Scenario) -> tuple[World, Log]:
    """Return the world and the log at the first stop."""
    log = None
    for world, _, answers in steps:
        if log is None:
            guarded = Guarded(actor)
            guarded.begin(world.space)
            log = log_for(world, guarded, scenario)
        if answers is None:
            return world, log
        log.append(log_columns(answers))
    raise AssertionError("a stop is always reached")


def _refuse_certain(propensity: Any, items: int) -> None:
    """Refuse logs from which nothing follows of other slates.

    Raises:
        LabError: propensities are unknown, or 1.
    """
    if not (propensity > 0).all():  # NaN is not
        raise LabError("evaluate: the log has impressions without propensity: the policy that showed them gave none")
    if items > 1 and (certain := float((propensity == 1.0).mean())) > _MOST_CERTAIN:
        raise LabError(
            f"evaluate: {certain:.0%} of impressions have propensity 1: their policy was deterministic, and what it "
            "never shows has no weight in its log; log with EpsilonGreedy, Softmax, SquareCB or Uniform"
        )
