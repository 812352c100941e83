"""Decisions: what a sweep is asked, and how runs answer.

An experiment names one, and may say which scenarios it is for::

    decision: {name: rules, fits: {scenario.feedback.learn_from: click}, otherwise: vendor_rules_purchases}

How to add one: `sim.lab.report.decisions.base`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.report.model import Answered
from sim.errors import LabError, unknown
from sim.scenario import Scenario


class Decision(ABC):
    """A question, and how runs answer it."""

    name: ClassVar[str] = ""  # what an experiment calls it

    def __init__(self, told: Mapping[str, Any]) -> None:
        if told:
            raise LabError(f"decision: {', '.join(told)}: {self.name} has no settings; name and quick are allowed")

    def axes(self, scenario: Scenario) -> dict[str, Any]:
        """Return settings to sweep that depend on the scenario.

        As in ``hydra.sweeper.params``: a list is swept. The experiment and the command line override them.
        """
        return {}

    def check(self, found: Sequence[Contender]) -> None:  # noqa: B027 -- most can answer any sweep
        """Refuse a sweep that cannot answer, before anything runs.

        Args:
            found: its contenders, without scores.
        """

    @abstractmethod
    def answer(self, found: Comparison) -> Answered | None:
        """Return the answer, None if the runs cannot tell."""


@dataclass(frozen=True)
class AskedDecision:
    """A decision as an experiment asks for it."""

    decision: Decision
    quick: Mapping[str, Any] = field(default_factory=dict)  # settings with ``quick=true``
    fits: Mapping[str, Any] = field(default_factory=dict)  # the value of a setting that it is for, or a list of them
    otherwise: str = ""  # the experiment for other values, if there is one

    @staticmethod
    def of(told: Any, known: Mapping[str, type[Decision]]) -> AskedDecision:
        """Return the decision that is described under ``decision``.

        Args:
            told: a name, or a mapping with its settings.
            known: all decisions by name.

        Raises:
            LabError: it is not described as it should be, or nobody knows it.
        """
        asked = {"name": told} if isinstance(told, str) else told
        if not isinstance(asked, Mapping) or "name" not in asked:
            raise LabError(f"decision: is {told!r}; a name or {{name: NAME, quick: {{KEY: VALUE}}}} is allowed")
        quick, fits = (_settings(asked, key) for key in ("quick", "fits"))
        if (name := str(asked["name"])) not in known:
            raise unknown("decision", name, known)
        own = {key: value for key, value in asked.items() if key not in ("name", "quick", "fits", "otherwise")}
        return AskedDecision(known[name](own), quick, fits, str(asked.get("otherwise") or ""))

    def check_fits(self, value_of: Callable[[str], Any]) -> None:
        """Refuse a scenario that the experiment is not for.

        Args:
            value_of: the value of a dotted key, None if it is not set.

        Raises:
            LabError: with the experiment that fits, if there is one.
        """
        for key, told in self.fits.items():
            allowed = told if isinstance(told, list) else [told]
            if (value := value_of(key)) not in allowed:
                names = " or ".join(str(one) for one in allowed if one is not None)
                use = f": use experiment={self.otherwise}" if self.otherwise else ""
                raise LabError(f"{key}: is {value}; this experiment is for {names}{use}")


def _settings(asked: Mapping[str, Any], key: str) -> dict[str, Any]:
    given = asked.get(key) or {}
    if not isinstance(given, Mapping):
        raise LabError(f"decision.{key}: is {given!r}; settings {{KEY: VALUE}} are allowed")
    return {str(setting): value for setting, value in given.items()}
