"""Read a file of logged feedback as a table."""

from __future__ import annotations

from pathlib import Path

from sim.analysis.fit.parsed import parsed
from sim.analysis.fit.table import Table
from sim.errors import LabError


def read_table(file: Path, columns: list[str] | None = None) -> Table:
    """Read a file as a table."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise LabError(f"{file}: cannot be read as a table: {error.strerror or error}") from error
    return parsed(file, data, columns)
