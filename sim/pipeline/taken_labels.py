"""The labels that a learner takes."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.agent_error import Breach
from sim.ports import LABELS, AgentParts, includes, labels_of


class TakenLabels:
    """The labels that an agent's learner takes.

    Args:
        agent: whose learner; if it has ``learners_taking(labels)``, errors name the learners that would do.
    """

    def __init__(self, agent: AgentParts) -> None:
        self._learner, self._kind = type(agent.learner).__name__, labels_of(agent.learner)
        self._others = getattr(agent, "learners_taking", None)

    def __contains__(self, label: float) -> bool:
        """Return whether the learner takes a label."""
        return label in (0.0, 1.0) or (self._kind != "binary" and self._beyond(label))

    def _beyond(self, label: float) -> bool:
        return 0.0 <= label <= 1.0 if self._kind == "soft" else isfinite(label)

    def check(self, label: NDArray[Any]) -> None:
        """Refuse labels that the learner does not take.

        Raises:
            Breach: one of them is not a finite number, or not of its kind.
        """
        if not self._takes(label):
            raise Breach(self._why(next(one for one in label.tolist() if one not in self)))

    def _takes(self, label: NDArray[Any]) -> bool:
        if self._kind == "binary":
            return not np.count_nonzero(label * (1.0 - label))
        if self._kind == "soft":
            return bool(label.min(initial=0) >= 0 and label.max(initial=0) <= 1)
        return isfinite(np.dot(label, label)) or bool(np.isfinite(label).all())

    def _why(self, label: float) -> str:
        if not isfinite(label):
            return f"a label is {label}, expected a finite number"
        needed = "soft" if 0.0 <= label <= 1.0 else "real"
        names = [] if self._others is None else self._others(needed)
        would_do = f"; these learners would do: {', '.join(names)}" if names else ""
        assert not includes(self._kind, needed)
        return f"a label is {label:g}, and {self._learner} takes {LABELS[self._kind]}{would_do}"
