"""Columns of instants, in microseconds.

Epochs of any unit, text with or without a time zone, typed columns.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.fit.cells import UNITS, WORDS, Floats, text_of
from sim.analysis.fit.intervals import FINEST
from sim.analysis.fit.table import Table
from sim.laws.durations import seconds
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

EPOCHS = {"s": (5e8, 5e9), "ms": (5e11, 5e12), "us": (5e14, 5e15), "ns": (5e17, 5e18)}  # 1985 to 2128
_ZONE = re.compile(r"(?<=\d)\s*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_CLOCKS = (86400.0, 3600.0, 60.0, 1.0, 0.1, 0.01, 1e-3)
_ENOUGH = 10  # different instants needed to estimate a clock's resolution
_FAR = 4.1e15  # microseconds since 1970: 2100


@dataclass(frozen=True)
class Instants:
    """A column of instants.

    Attributes:
        at: ``(n,)`` whole microseconds; NaN where there is none.
        step: the greatest clock step of which all are multiples, seconds; 0 where there are too few to tell.
        kind: ``zoned`` or ``local`` text, ``epoch``, or ``count`` from an unknown zero.
        unit: that of numbers, else ``s``.
    """

    at: Floats
    step: float
    kind: str
    unit: str = "s"


def instants(table: Table, name: str, missing: list[str], unit: str | None, ignore_zones: bool) -> Instants:
    """Return a column of instants.

    Args:
        table: the table.
        name: of the column.
        missing: values that mark an empty cell.
        unit: of numbers; None: recognised.
        ignore_zones: whether clocks are read without their zones.

    Raises:
        LabError: a cell is not an instant, or only some have a zone.
    """
    cells = table.column(name)
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(object)
    if pd.api.types.is_timedelta64_dtype(cells):
        raise table.error(f"column {name} holds durations, not instants: give it as --delay {name}")
    if pd.api.types.is_datetime64_any_dtype(cells):
        zoned = isinstance(cells.dtype, pd.DatetimeTZDtype)
        return _typed(table, name, pd.to_datetime(cells, utc=True), "zoned" if zoned else "local")
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        return _counted(table, name, cells.to_numpy(dtype=float, na_value=np.nan), missing, unit)
    text = text_of(table, name, missing)
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
    if not (text.notna().to_numpy() & np.isnan(values)).any():
        return _counted(table, name, values, missing, unit)
    return _written(table, name, text, ignore_zones)


def one_instant(text: str, like: Instants) -> float:
    """Return an instant of the command line, microseconds.

    Args:
        text: as in the column; where that counts from a zero of its own also a duration since then, such as ``10d``.
        like: the column.

    Raises:
        ValueError: it is not an instant.
    """
    if like.kind == "count":
        with suppress(ValueError):
            return float(np.rint(seconds(text) / FINEST))
    if re.fullmatch(r"[-+]?\d*\.?\d+(e\d+)?", text.strip()) and not (
        like.kind in ("zoned", "local") and len(text) == 8
    ):
        unit = like.unit
        if like.kind != "count":
            unit = _recognised(np.array([float(text)])) or unit
        return float(np.rint(float(text) * UNITS[unit] / FINEST))
    at = pd.to_datetime(pd.Series([_ZONE.sub(_colon, text.strip())]), format="ISO8601", utc=True, errors="coerce")
    if at.isna().any() and like.kind != "count":
        raise ValueError(f"{text!r} is no instant; a date as in the columns, such as 2024-06-10T08:00:00Z, is allowed")
    if like.kind == "count":
        what = "no instant" if at.isna().any() else "a date, but the columns count from a zero of their own"
        how = f"a number of {WORDS[like.unit]} as in the columns, or a duration since their zero such as 10d"
        raise ValueError(f"{text!r} is {what}; {how}, is allowed")
    return float(at.dt.as_unit("us").astype("int64").iloc[0])


def _counted(table: Table, name: str, values: Floats, missing: list[str], unit: str | None) -> Instants:
    """Return instants given as numbers.

    An epoch is recognised by its size; other numbers count from an unknown zero.
    """
    marks = [float(mark) for mark in missing if re.fullmatch(r"[-+]?\d*\.?\d+", mark)]
    found = _recognised(values) if unit is None else None
    kind = "count" if found is None and (unit is None or _recognised(values) != unit) else "epoch"
    none = np.isin(values, marks) | (values == -1.0) | np.isinf(values)
    none |= (values == 0.0) if kind == "epoch" else False
    if none.any():
        table.notes.append(f"Column {name}: {table.where(none)} with {_shown(values[none])} taken as empty.")
    values = np.where(none, np.nan, values)
    if (values < 0).any():
        raise table.error(f"column {name} has negative instants: {table.where(values < 0)}; leave these cells empty")
    unit = unit or found or "s"
    if kind == "epoch":
        table.notes.append(f"Column {name} holds epoch {WORDS[unit]}: {_span(values * UNITS[unit])}.")
    else:
        table.notes.append(f"Column {name} counts {WORDS[unit]} from a zero of its own.")
    at = np.rint(values * (UNITS[unit] / FINEST))
    return Instants(at, _step(at), kind, unit)


def _recognised(values: Floats) -> str | None:
    """Return the unit in which most values are epochs.

    None if they are not epochs between 1985 and 2128.
    """
    seen = values[np.isfinite(values) & (values > 0)]
    middle = float(np.median(seen)) if len(seen) else 0.0
    return next((unit for unit, (low, high) in EPOCHS.items() if low <= middle < high), None)


def _written(table: Table, name: str, text: pd.Series[Any], ignore_zones: bool) -> Instants:
    there = text[text.notna()]
    zones = there.str.contains(_ZONE) & there.str.contains(":")
    if ignore_zones:
        there, zones = there.where(~zones, there.str.replace(_ZONE, "", regex=True)), zones & False
    if zones.any() and not zones.all():
        bare = text.notna().to_numpy(copy=True)
        bare[bare] = ~zones.to_numpy()
        raise table.error(
            f"column {name}: {table.where(bare)} have no zone and others have one; write one everywhere, such as Z"
        )
    read = there.where(~zones, there.str.replace(_ZONE, _colon, regex=True))
    at = pd.to_datetime(read, format="ISO8601", utc=True, errors="coerce")
    if at.isna().any():
        odd = np.zeros(len(text), dtype=bool)
        odd[np.flatnonzero(text.notna())[at.isna().to_numpy()]] = True
        example = str(text[odd].iloc[0])[:40]
        raise table.error(
            f"column {name} holds something that is no instant: {example!r}, {table.where(odd)};"
            " write 2024-06-10T08:00:00Z, or seconds since 1970"
        )
    whole = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us, UTC]")
    whole[at.index] = at.dt.as_unit("us")
    return _typed(table, name, whole, "zoned" if zones.any() else "local")


def _typed(table: Table, name: str, at: pd.Series[Any], kind: str) -> Instants:
    micros = at.dt.as_unit("us").astype("int64").to_numpy().astype(float)
    none = at.isna().to_numpy()
    far = ~none & ((micros <= 0) | (micros > _FAR))
    if far.any():
        table.notes.append(f"Column {name}: {table.where(far)} with a date of 1970 or after 2100 taken as empty.")
    micros = np.where(none | far, np.nan, micros)
    if kind == "local":
        table.notes.append(f"Column {name} names no zone: taken for one without summer time.")
    return Instants(micros, _step(micros), kind)


def _step(at: Floats) -> float:
    """Return the resolution of a clock, seconds.

    Not that of a timetable: instants every 5 minutes may come from a clock of whole minutes.
    """
    seen = np.unique(at[~np.isnan(at)]).astype(np.int64)
    if len(seen) < _ENOUGH:
        return 0.0
    return next((step for step in _CLOCKS if not (seen % round(step / FINEST)).any()), FINEST)


def _colon(match: re.Match[str]) -> str:
    """Return a zone as ISO 8601 has it."""
    zone = match[0].strip().upper()
    if zone in ("Z", "UTC", "GMT"):
        return "Z"
    return f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else zone


def _shown(values: Floats) -> str:
    return " or ".join(f"{value:g}" for value in np.unique(values)[:3])


def _span(seconds: Floats) -> str:
    ends = [pd.Timestamp(float(end), unit="s") for end in (np.nanmin(seconds), np.nanmax(seconds))]
    return " to ".join(f"{end:%Y-%m-%d}" for end in ends)
