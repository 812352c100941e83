"""What a decision is, and all of them by name.

To add one, write a file of this folder with a subclass of `Decision`, and an experiment that names it::

    decision: {name: attribution_window, quick: {scenario.users.count: 20, replications: 2}}

(or ``decision: attribution_window``; also ``decision=attribution_window`` on the command line of any sweep). The sweep
then runs `Decision.axes` beside the experiment's own grid, with ``quick=true`` also the settings under ``quick``; it
ends with the question, the answer and the table in the terminal, writes ``NAME.csv`` and ``NAME.png`` into its folder,
and its report opens with them. Compute in `sim.analysis`, draw in `sim.lab.report.charts`; a decision only joins them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.model import Answer
from sim.errors import LabError, unknown
from sim.parts import classes
from sim.scenario import Scenario


class Decision(ABC):
    """A question, and how runs answer it."""

    name: ClassVar[str] = ""  # what an experiment calls it

    @classmethod
    def axes(cls, scenario: Scenario) -> dict[str, Any]:
        """Return settings to sweep that depend on the scenario.

        As in ``hydra.sweeper.params``: a list is swept. The experiment and the command line override them.
        """
        return {}

    @classmethod
    @abstractmethod
    def answer(cls, found: Comparison) -> Answer | None:
        """Return the answer, None if the runs cannot tell."""


@dataclass(frozen=True)
class AskedDecision:
    """A decision as an experiment asks for it."""

    decision: type[Decision]
    quick: Mapping[str, Any] = field(default_factory=dict)  # settings with ``quick=true``


def decisions() -> dict[str, type[Decision]]:
    """Return all decisions by name."""
    return classes(__package__, lambda kind: issubclass(kind, Decision), "name")


def decision_of(told: Any) -> AskedDecision:
    """Return the decision that is described under ``decision``.

    Raises:
        LabError: it is neither a name nor ``{name, quick}``, or nobody knows it.
    """
    asked = {"name": told} if isinstance(told, str) else told
    if not isinstance(asked, Mapping) or not {"name"} <= set(asked) <= {"name", "quick"}:
        raise LabError(f"decision: is {told!r}; a name or {{name: NAME, quick: {{KEY: VALUE}}}} is allowed")
    quick = asked.get("quick") or {}
    if not isinstance(quick, Mapping):
        raise LabError(f"decision.quick: is {quick!r}; settings {{KEY: VALUE}} are allowed")
    if asked["name"] not in (known := decisions()):
        raise unknown("decision", str(asked["name"]), known)
    return AskedDecision(known[asked["name"]], {str(key): value for key, value in quick.items()})
