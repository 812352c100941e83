"""Convert columns to delays and times watched.

Notes of the table name every unusual row.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.fit.cells import UNITS, WORDS, Floats, numbers, unit_of
from sim.analysis.fit.instants import EPOCHS, Instants, instants, one_instant
from sim.analysis.fit.intervals import FINEST
from sim.analysis.fit.table import Table
from sim.analysis.fit.write import duration
from sim.analysis.units import counted
from sim.errors import LabError
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

_LONG = 5e8  # seconds: a longer delay is an instant, or in another unit
IMPRESSIONS = ("request_at", "user", "item")  # columns that an impression log must have
MOST_EARLY = 0.05  # share of events before their serving that is put down to clocks


@dataclass(frozen=True)
class Asked:
    """Options about the columns.

    Attributes:
        delay: the column of delays.
        watched: the column of times watched.
        unit: of both, or of instants that are numbers; None: recognised.
        missing: values that mark an empty cell.
        served: the column of instants of serving, if there are two columns of instants.
        event: the column of instants of answers.
        cutoff: the instant up to which answers are known.
        ignore_zones: whether clocks are read without their zones.
        rounding: how a column of delays was rounded.
        resolution: of the clocks or of the delays, seconds; None: the greatest step that all values share.
    """

    delay: str = "delay"
    watched: str = "watched"
    unit: str | None = None
    missing: tuple[str, ...] = ()
    served: str | None = None
    event: str | None = None
    cutoff: str | None = None
    ignore_zones: bool = False
    rounding: str | None = None
    resolution: float | None = None


@dataclass(frozen=True)
class Observed:
    """Delays and times watched.

    Attributes:
        delay: ``(n,)`` seconds, NaN where no answer has come.
        watched: ``(n,)`` seconds that rows without an answer were watched.
        steps: resolution of the instants of serving and of answers, seconds; None for a column of delays.
        line: ``(n,)`` the position of each row in the file.
    """

    delay: Floats
    watched: Floats
    steps: tuple[float, float] | None
    line: Any


def observed(table: Table, asked: Asked) -> Observed:
    """Return delays and times watched.

    Remarks are added to the table's notes.

    Raises:
        LabError: a column is missing or holds impossible values.
    """
    if len(table.frame.columns) > 2 and (again := table.frame.astype(str).duplicated().to_numpy()).any():
        table.notes.append(f"{table.where(again)} repeat another row in every column: kept; is an event logged twice?")
    if (asked.served is None) != (asked.event is None):
        raise LabError("--served and --event go together: the columns of two instants")
    if asked.served is not None and asked.event is not None:
        if asked.rounding is not None:
            raise LabError(
                "--rounding goes with a column of delays; two instants say by themselves what they leave open"
            )
        return _of_instants(table, asked, asked.served, asked.event)
    if asked.cutoff is not None:
        raise LabError("--cutoff goes with --served and --event; beside a column of delays, watched says how long")
    return _of_delays(table, asked)


def _of_delays(table: Table, asked: Asked) -> Observed:
    if asked.delay not in list(table.frame.columns) and (hint := _instants_there(table)):
        raise table.error(f"there is no column {asked.delay}; there are {table.names}{hint}")
    delay = _times(table, asked.delay, asked)
    _sound(table, asked.delay, delay)
    none = np.isnan(delay)
    if asked.watched not in list(table.frame.columns):
        if none.any():
            missing = f"no {asked.delay} in {counted(int(none.sum()), 'row')}, and there is no column {asked.watched}"
            raise table.error(f"{missing} that says how long they were watched; columns are {table.names}")
        return Observed(delay, delay, None, np.arange(len(delay)))
    watched = _times(table, asked.watched, asked)
    if (wrong := none & np.isnan(watched)).any():
        raise table.error(
            f"neither {asked.delay} nor {asked.watched}: {table.where(wrong)}; say how long they were watched"
        )
    if (wrong := watched < 0).any():
        raise table.error(f"column {asked.watched} is negative: {table.where(wrong)}")
    late = ~none & (delay > watched + FINEST)
    if late.any():
        table.notes.append(
            f"{table.where(late)} answered after {asked.watched} was over: counted as not answered by then."
        )
    return Observed(np.where(late, np.nan, delay), watched, None, np.arange(len(delay)))


def _times(table: Table, name: str, asked: Asked) -> Floats:
    column = numbers(table, name, list(asked.missing))
    return column.values if column.timed else column.values * unit_of(table, name, asked.unit)


def _sound(table: Table, name: str, delay: Floats) -> None:
    """Refuse impossible delays.

    These are infinite, negative, an instant, or a number that marks an empty cell.
    """
    if (some := np.isposinf(delay)).any():
        hint = "leave the cell empty, and write inf as the time watched where an answer certainly never comes"
        raise table.error(f"column {name}: {table.where(some)} with inf: {hint}")
    if (some := delay < 0).any():
        values = np.unique(delay[some])
        if len(values) == 1 and (int(some.sum()) > 1 or values[0] == -1):
            mark = f"{values[0]:g}"
            raise table.error(
                f"column {name}: {table.where(some)} with {mark}: leave the cell empty where no answer has come, or add"
                f" --missing={mark}"
            )
        hint = "an answer before its question; leave these rows out, or correct the clocks"
        raise table.error(f"column {name}: {table.where(some)} are negative, down to {values[0]:g}: {hint}")
    seen = delay[~np.isnan(delay)]
    if not len(seen):
        raise table.error(
            f"column {name}: none of {counted(len(delay), 'row')} has an answer; at least 10 are needed to fit a law"
        )
    _not_instants(table, name, seen)
    top = seen.max()
    some = delay == top
    nines = some.sum() > 1 and set(f"{top:.0f}") == {"9"} and top >= 9999
    if nines or top in (2**31 - 1, 2**32 - 1):
        raise table.error(
            f"column {name}: {table.where(some)} with {top:.0f}: if that means no answer, add --missing={top:.0f}"
        )


def _not_instants(table: Table, name: str, seen: Floats) -> None:
    middle = float(np.median(seen))
    if middle < _LONG:
        return
    for unit, (low, high) in EPOCHS.items():
        if low <= middle < high and seen.min() > 0.5 * middle:
            raise table.error(
                f"column {name} holds instants, it seems (epoch {WORDS[unit]}), not delays: give two columns of"
                " instants, --served COLUMN --event COLUMN"
            )
    raise table.error(
        f"column {name}: delays of {duration(middle, middle / 10)} are longer than 16 years: if they are not in"
        f" seconds, add --unit with one of {', '.join(UNITS)}"
    )


def _instants_there(table: Table) -> str:
    """Return a hint by the columns that look like instants."""
    if set(IMPRESSIONS) <= set(map(str, table.frame.columns)):
        return "; this looks like an impression log: add --world"
    found = []
    for name in map(str, table.frame.columns):
        try:
            column = instants(Table(table.file, table.frame.head(1000), table.row, table.first), name, [], None, False)
        except LabError as error:
            found += [name] if "have no zone" in str(error) else []
            continue
        typed = pd.api.types.is_datetime64_any_dtype(table.frame[name])
        found += [name] if (typed or column.kind != "count") and not np.isnan(column.at).all() else []
    if len(found) >= 2:
        return (
            f"; {' and '.join(found[:3])} look like instants: add --served {quote(found[0])} --event {quote(found[1])}"
        )
    if found:
        return f"; {found[0]} alone looks like an instant: join each event to its serving, one row with both, first"
    return ""


def _of_instants(table: Table, asked: Asked, served_name: str, event_name: str) -> Observed:
    options = (list(asked.missing), asked.unit, asked.ignore_zones)
    served, event = instants(table, served_name, *options), instants(table, event_name, *options)
    same_kind(table, served_name, served, event_name, event)
    cutoff = _cutoff(table, asked, served, event)
    keep = ~np.isnan(served.at) & (served.at <= cutoff)
    if (lost := np.isnan(served.at)).any():
        table.notes.append(f"{table.where(lost)} without {served_name}: left out.")
    if (lost := served.at > cutoff).any():
        table.notes.append(f"{table.where(lost)} served after the cutoff: left out.")
    steps = (served.step, event.step) if asked.resolution is None else (asked.resolution, asked.resolution)
    steps = (steps[0] or steps[1] or FINEST, steps[1] or steps[0] or FINEST)  # one of the two may be unknown
    delay = (event.at - served.at) * FINEST
    early = keep & (delay + steps[1] <= 0)
    if early.any():
        _too_many(table, early, keep & ~np.isnan(delay), served_name, event_name, asked)
        table.notes.append(f"{table.where(early)} with {event_name} before {served_name}: left out.")
        keep &= ~early
    late = keep & (event.at > cutoff)
    if late.any():
        table.notes.append(f"{table.where(late)} answered after the cutoff: counted as not answered by then.")
    if not keep.any():
        raise table.error("no row was served by the cutoff")
    delay = np.where(late, np.nan, delay)
    return Observed(delay[keep], ((cutoff - served.at) * FINEST)[keep], steps, np.flatnonzero(keep))


def same_kind(table: Table, served_name: str, served: Instants, event_name: str, event: Instants) -> None:
    """Refuse two columns of instants that cannot be compared."""
    kinds = {
        "zoned": "has zones",
        "local": "has none",
        "epoch": "is an epoch",
        "count": "counts from a zero of its own",
    }
    for name, column, what in ((served_name, served, "an instant"), (event_name, event, "an event")):
        if np.isnan(column.at).all():
            raise table.error(f"column {name}: none of {counted(len(column.at), 'row')} has {what}")
    ways = {served.kind, event.kind}
    if len(ways) > 1 and ways != {"zoned", "epoch"}:
        found = f"column {served_name} {kinds[served.kind]}, column {event_name} {kinds[event.kind]}"
        raise table.error(f"{found}: write both in the same way, for example as 2024-06-10T08:00:00Z")


def _cutoff(table: Table, asked: Asked, served: Instants, event: Instants) -> float:
    if asked.cutoff is not None:
        try:
            return one_instant(asked.cutoff, served)
        except ValueError as error:
            raise LabError(f"--cutoff: {error}") from error
    last = float(np.fmax(np.nanmax(served.at), np.nanmax(event.at)))
    shown = f"{last * FINEST / UNITS[served.unit]:.12g}"
    if served.kind != "count":
        shown = str(np.datetime64(int(last), "us")).removesuffix(".000000") + "Z"
    table.notes.append(f"Answers are taken to be known up to the last instant, {shown}; --cutoff says otherwise.")
    return last


def _too_many(table: Table, early: Any, came: Any, served: str, event: str, asked: Asked) -> None:
    """Refuse a table with many events before their serving.

    Rather a time zone or a column is wrong.
    """
    if early.sum() <= max(MOST_EARLY * came.sum(), 1):
        return
    found = f"{event} comes before {served} in {table.where(early)} of {int(came.sum()):,} that have both"
    if not asked.ignore_zones:
        again = [instants(table, name, list(asked.missing), asked.unit, True) for name in (served, event)]
        if not (again[1].at < again[0].at).any():
            raise table.error(
                f"{found}, but never by the clocks without their zones: if the zones are wrong, add --ignore-zones"
            )
    raise table.error(f"{found}: are the columns in the wrong order, or the clocks or zones different?")
