"""Twins: the same run with causes of delay removed.

Scenario and agent change, the random numbers do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from agents import Agent
from agents.cadences.online import Online
from sim.scenario import Scenario
from sim.scenario.incidents import Event, Incident, LabelOutage, PushStuck, TrainerDown

CAUSES = ("feedback_delay", "ingest", "training", "push", "cadence")
_OF_A_TRAINER = ("training", "push")  # an agent in place has neither
_AT_ONCE = {"delay": "constant(0s)", "window": None, "negatives": "explicit"}
_PLATFORM: dict[str, dict[str, Any]] = {
    "ingest": {"platform.ingest": "constant(0s)"},
    "training": {"platform.training.fixed": "constant(0s)", "platform.training.per_example": "0s"},
    "push": {"platform.push": "constant(0s)", "platform.serving": {}, "platform.canary": None, "platform.gate": None},
}
_INCIDENTS: dict[str, type[Incident]] = {"ingest": LabelOutage, "training": TrainerDown, "push": PushStuck}


def without(scenario: Scenario, agent: Agent, removed: Iterable[str]) -> tuple[Scenario, Agent]:
    """Return world and agent of a twin.

    ``feedback_delay``: every outcome, positive or negative, is known at the request, without a window; where
    conversions are learnt, this holds for the click and the conversion; reversals come as late as before. ``ingest``,
    ``training``, ``push``: they take no time, and what is pushed reaches all users at once, without a gate; incidents
    that make it longer are left out: outages of labels, of the trainer, of pushes. What an incident loses stays lost.
    ``cadence``: training starts on every log entry; the agent ships as before.

    Args:
        scenario: the world.
        agent: the agent.
        removed: some of `CAUSES`.

    Raises:
        ValueError: an unknown cause.
    """
    gone = set(removed)
    if unknown := gone - set(CAUSES):
        raise ValueError(f"unknown cause {', '.join(sorted(unknown))}, expected some of {', '.join(CAUSES)}")
    overrides: dict[str, Any] = {}
    if "feedback_delay" in gone:
        for kind in dict.fromkeys(("click", scenario.feedback.learn_from)):  # other feedback is not learnt from
            overrides |= {f"feedback.{kind}.{key}": value for key, value in _AT_ONCE.items()}
    for cause, nothing in _PLATFORM.items():
        overrides |= nothing if cause in gone else {}
    plain, stays = scenario.plain()["incidents"], [not _delays(one, gone) for one in scenario.incidents]
    if not all(stays):
        overrides["incidents"] = [one for one, stay in zip(plain, stays, strict=True) if stay]
    world = Scenario.load(scenario, overrides) if overrides else scenario
    slow = "cadence" in gone and not _on_every_entry(agent)
    return world, replace(agent, cadence=Online()) if slow else agent


def _delays(incident: Event, causes: Iterable[str]) -> bool:
    """Return whether an incident makes one of some causes longer."""
    kinds = tuple(_INCIDENTS[cause] for cause in causes if cause in _INCIDENTS)
    return isinstance(incident, kinds) and bool(getattr(incident, "backfill", True))


def at_work(scenario: Scenario, agent: Agent) -> tuple[str, ...]:
    """Return the causes that have an effect in a run.

    >>> from agents import LinUCB
    >>> at_work(Scenario.load("news_feed"), Agent(LinUCB()))
    ('feedback_delay', 'ingest')
    """
    idle = _OF_A_TRAINER if agent.ship == "in_place" else ()
    return tuple(cause for cause in CAUSES if cause not in idle and _changes(scenario, agent, cause))


def twins_warnings(scenario: Scenario, agent: Agent) -> list[str]:
    """Return warnings of the twins that the agent lacks.

    One line for each; they concern results that are wrong by construction of the twin.

    >>> from agents import Every, LogisticRanker, NoCorrection
    >>> refitted = Agent(LogisticRanker(), NoCorrection(), Every("1h"))
    >>> len(refitted.warnings()), len(twins_warnings(Scenario.load("shop"), refitted))
    (0, 1)
    """
    _, twin = without(scenario, agent, ["cadence"])
    back = scenario.feedback.learnt.reversal is not None
    own = agent.warnings(reversals=back)
    return [f"warning: without its cadence {line}" for line in twin.warnings(reversals=back) if line not in own]


def never_trains(scenario: Scenario, agent: Agent) -> bool:
    """Say whether no training can start within the horizon.

    >>> from agents import LinUCB, Never
    >>> never_trains(Scenario.load("shop"), Agent(LinUCB(), cadence=Never()))
    True
    """
    try:
        cadence = deepcopy(agent.cadence)  # it may keep state
        return cadence.feedbacks is None and bool(cadence.next(0.0) > scenario.horizon)
    except Exception:  # the run itself reports the failure
        return False


def _changes(scenario: Scenario, agent: Agent, cause: str) -> bool:
    world, twin = without(scenario, agent, [cause])
    return twin is not agent or world.digest != scenario.digest


def _on_every_entry(agent: Agent) -> bool:
    return agent.cadence.feedbacks == 1 and agent.cadence.refit_window is None
