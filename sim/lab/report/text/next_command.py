"""The command that would settle what is undecided, for people to paste."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.compare.advice import Advice
from sim.analysis.compare.comparison import Comparison
from sim.lab.config.command_line import again

if TYPE_CHECKING:
    from rich.console import Console


def show_next(found: Comparison, results: Path, console: Console) -> None:
    """Print the command that would settle what is undecided, if something is and the command is known."""
    from sim.lab.report.text.narrative import advice_of

    told: list[Advice] = [one for world in found.worlds if (one := advice_of(found, world)) is not None]
    if found.verdicts is not None:
        told = [one] if (one := found.verdicts.advice) is not None else []
    if told and found.command is not None:
        most = max(told, key=lambda one: one.replications)
        line = again(found.command, most.overrides, results)
        console.print(f"next:\n    {line}", highlight=False, soft_wrap=True, markup=False)
