"""A file as a table of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.units import counted
from sim.errors import LabError, harmless

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A table of cells read from a file.

    Attributes:
        file: its path.
        frame: its columns; text cells are unchanged.
        row: what messages call a row: ``line`` or ``row``.
        first: the number of the first row.
        separator: between its columns.
        notes: remarks about it, full sentences.
    """

    file: Path
    frame: pd.DataFrame
    row: str
    first: int
    separator: str = ","
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> str:
        """The names of its columns, for messages."""
        return ", ".join(map(str, self.frame.columns))

    def column(self, name: str) -> pd.Series[Any]:
        """Return a column.

        Raises:
            LabError: there is no column of this name, or several.
        """
        names = [str(known) for known in self.frame.columns]
        if name not in names:
            near = get_close_matches(name.lower(), [known.lower() for known in names], 1)
            alike = next((known for known in names if near and known.lower() == near[0]), None)
            hint = f", did you mean {alike}" if alike else ""
            options = "--delay and --watched, or --served and --event, name the columns"
            raise self.error(f"there is no column {name}{hint}; there are {self.names}; {options}")
        if names.count(name) > 1:
            raise self.error(f"{names.count(name)} columns are called {name}: name them anew with --columns")
        return self.frame.iloc[:, names.index(name)]

    def where(self, some: Any) -> str:
        """Return how many rows are selected, and the first.

        Args:
            some: ``(n,)`` whether a row is selected.
        """
        rows = np.flatnonzero(np.asarray(some))
        count = counted(len(rows), "row")
        return f"{count} ({'first ' if len(rows) > 1 else ''}in {self.row} {rows[0] + self.first:,})"

    def error(self, why: str) -> LabError:
        """Return the error that says why the file is rejected."""
        return LabError(harmless(f"{self.file}: {why}"))
