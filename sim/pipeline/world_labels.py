"""Whether an agent takes the labels of a world."""

from __future__ import annotations

from sim.errors import LabError
from sim.ports import LABELS, AgentParts, includes, labels_of
from sim.scenario import Scenario


def check_world_labels(agent: AgentParts, scenario: Scenario) -> None:
    """Refuse a part that takes other labels.

    Where outcomes have values, labels are any numbers.

    Raises:
        LabError: the message names the parts that would do.
    """
    if scenario.feedback.learnt.value is None:
        return
    key = f"feedback.{scenario.feedback.learn_from}.value"
    for part in ("learner", "correction"):
        own = getattr(agent, part)
        if not includes(taken := labels_of(own), "real"):
            others = getattr(agent, f"{part}s_taking", None)
            names = "" if others is None else f"; these {part}s would do: {', '.join(others('real'))}"
            raise LabError(
                f"agent: {type(own).__name__} takes labels that are {LABELS[taken]}, and with {key} they are "
                f"{LABELS['real']}{names}"
            )
