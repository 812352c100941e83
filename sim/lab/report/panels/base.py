"""What a panel is, and all panels of a comparison."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.asked import Asked
from sim.analysis.report.chosen import chosen
from sim.analysis.report.model import Figures
from sim.lazy import matplotlib
from sim.parts import classes


@dataclass(frozen=True)
class Panel(ABC):
    """A figure: data computed once, and how to draw them.

    A panel is a class in a file of its own in `sim.lab.report.panels`; nothing else names it. Its data are a frozen
    dataclass of `sim.analysis`, from which it inherits ``about`` and ``of``.
    """

    title: ClassVar[str]
    order: ClassVar[int] = 100  # its place on the page
    about: str  # the caption

    @classmethod
    @abstractmethod
    def of(cls, asked: Asked) -> Self | None:
        """Return the panel, None if there is nothing to draw.

        Raises:
            LabError: what was asked for is not there.
        """

    @abstractmethod
    def draw(self) -> matplotlib.figure.Figure:
        """Return the figure."""


def figures_of(found: Comparison, keys: Sequence[str] | None = None) -> Figures:
    """Return the panels with something to draw.

    Raises:
        LabError: a key of the heat map is not a setting that varies.
    """
    asked = Asked(found, shown := chosen(found), keys)
    kinds = classes(__package__, lambda kind: issubclass(kind, Panel)).values()
    made = (kind.of(asked) for kind in sorted(kinds, key=lambda kind: kind.order))
    return Figures(shown.note, tuple(panel for panel in made if panel is not None))
