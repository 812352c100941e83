"""Convert cells to numbers; times to seconds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit.table import Table
from sim.analysis.units import counted
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

Floats = NDArray[np.float64]
EMPTY = ("NA", "N/A", "NaN", "nan", "NaT", "NULL", "Null", "null", "None", "none", r"\N", "-", "<NA>", "(null)")
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
WORDS = {"ns": "nanoseconds", "us": "microseconds", "ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours"}
WORDS |= {"d": "days"}
_NAMED = re.compile(
    r"(?:[_\W]|^)(?:(ns|nanos\w*)|(us|µs|micros\w*)|(ms|msecs?|millis\w*)|(s|secs?|seconds)|(mins?|minutes)|(h|hrs?|hours)"
    r"|(d|days))[)\]]?$"
)
_CLOCK = r"(?:-?\d+ days?,? *)?[-+]?\d+:\d\d:\d\d(?:\.\d+)?"
_DURATION = r"\d*\.?\d+(?:[eE][-+]?\d+)? ?(?:ms|s|m|h|d)"


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Attributes:
        values: ``(n,)``, NaN where a cell is empty.
        timed: whether the values are seconds already, by their type or format.
    """

    values: Floats
    timed: bool


def numbers(table: Table, name: str, missing: list[str]) -> Column:
    """Return a column of numbers.

    Args:
        table: the table.
        name: of the column.
        missing: values that mark an empty cell.

    Raises:
        LabError: a cell is not a number.
    """
    cells = table.column(name)
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(object)
    if pd.api.types.is_timedelta64_dtype(cells):
        table.notes.append(f"Column {name} has a type: a duration.")
        return Column(cells.dt.total_seconds().to_numpy(dtype=float, na_value=np.nan), True)
    if pd.api.types.is_datetime64_any_dtype(cells):
        raise table.error(
            f"column {name} holds instants, not delays: give two columns of instants, --served COLUMN --event COLUMN"
        )
    if pd.api.types.is_bool_dtype(cells):
        raise table.error(f"column {name} holds yes and no, not times")
    if pd.api.types.is_numeric_dtype(cells):
        values = cells.to_numpy(dtype=float, na_value=np.nan)
        return Column(np.where(_given(table, name, values, missing), np.nan, values), False)
    return _from_text(table, name, text_of(table, name, missing), missing)


def text_of(table: Table, name: str, missing: list[str]) -> pd.Series[Any]:
    """Return a column as text, None where cells are empty.

    Cells that hold a mark of emptiness are empty too.
    """
    cells = table.column(name)
    text = cells.astype(str).str.strip()
    marked = text.isin([*EMPTY, *missing]).to_numpy() & cells.notna().to_numpy()
    if marked.any() and (counts := text[marked].value_counts()).size:
        marks = ", ".join(f"{mark} in {counted(count, 'row')}" for mark, count in counts.items())
        table.notes.append(f"Column {name}: taken as empty is {marks}.")
    return text.where(~(marked | (text == "").to_numpy() | cells.isna().to_numpy()), None)


def unit_of(table: Table, name: str, unit: str | None) -> float:
    """Return the seconds of a column's unit.

    The unit is the given one, that in the column's name, or the second.
    """
    if unit is not None:
        return UNITS[unit]
    found = _NAMED.search(name.lower())
    known = "s" if found is None else next(u for u, group in zip(UNITS, found.groups(), strict=True) if group)
    if known != "s":
        table.notes.append(f"Column {name} is taken for {WORDS[known]}, by its name; --unit s if it holds seconds.")
    return UNITS[known]


def _given(table: Table, name: str, values: Floats, missing: list[str]) -> NDArray[np.bool_]:
    """Return which values are given marks of empty cells."""
    marks = [float(mark) for mark in missing if re.fullmatch(r"[-+]?\d*\.?\d+(e[-+]?\d+)?", mark)]
    some = np.isin(values, marks)
    if some.any():
        table.notes.append(f"Column {name}: {table.where(some)} with {' or '.join(missing)} taken as empty.")
    return np.asarray(some)


def _from_text(table: Table, name: str, text: pd.Series[Any], missing: list[str]) -> Column:
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, copy=True)
    there = text.notna().to_numpy()
    odd = there & np.isnan(values)
    if not odd.any():
        return Column(np.where(_given(table, name, values, missing), np.nan, values), False)
    cells = text[there]
    for pattern, format_name, timed, read in _WAYS:
        if cells.str.fullmatch(pattern).all():
            if format_name == _WAYS[0][1] and table.separator in ";\t" and not cells.str.contains(r",.*[,.]").any():
                break  # 2,837 between semicolons is ambiguous
            values[there] = read(cells)
            table.notes.append(f"Column {name} is written with {format_name}, such as {max(cells, key=len)}.")
            return Column(values, timed)
    example = text[odd].iloc[0]
    found = f"{example[:40]!r} in {table.row} {int(np.flatnonzero(odd)[0]) + table.first:,}"
    rows = f" ({counted(int(odd.sum()), 'such row')})"
    raise table.error(f"column {name} holds something that is not a number of seconds: {found}{_advice(example)}{rows}")


def _advice(example: str) -> str:
    if re.match(r"\d{4}-\d\d-\d\d|\d+/\d+/\d+", example):
        return ", an instant? Give two columns of instants, --served COLUMN --event COLUMN"
    if re.fullmatch(r"\d+:\d\d", example):
        return ", hours and minutes or minutes and seconds? Write 00:47:17"
    if "," in example:
        return ", a decimal comma or thousands? Write a decimal point and no thousands"
    return ""


def _plain(cells: pd.Series[Any]) -> Floats:
    return np.asarray(cells.astype(float), dtype=float)


def _clock(cells: pd.Series[Any]) -> Floats:
    return np.asarray(pd.to_timedelta(cells.str.replace(",", "")).dt.total_seconds(), dtype=float)


def _durations(cells: pd.Series[Any]) -> Floats:
    parts = cells.str.extract(r"([-+.\deE]+?) ?(ms|s|m|h|d)$")
    return np.asarray(parts[0].astype(float) * parts[1].map(UNITS), dtype=float)


_Way = tuple[str, str, bool, Callable[["pd.Series[Any]"], Floats]]
_WAYS: tuple[_Way, ...] = (
    (
        r"[-+]?(\d{1,3}(,\d{3})+|\d{1,3})(\.\d+)?",
        "commas between thousands",
        False,
        lambda cells: _plain(cells.str.replace(",", "")),
    ),
    (
        r"[-+]?(\d{1,3}(\.\d{3})+|\d{1,3})(,\d+)?",
        "points between thousands and a decimal comma",
        False,
        lambda cells: _plain(cells.str.replace(".", "").str.replace(",", ".")),
    ),
    (r"[-+]?\d+(,\d+)?", "a decimal comma", False, lambda cells: _plain(cells.str.replace(",", "."))),
    (_CLOCK, "hours, minutes and seconds", True, _clock),
    (_DURATION, "units", True, _durations),
)
