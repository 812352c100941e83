"""The columns of an impression log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.fit.cells import Floats, numbers, text_of
from sim.analysis.fit.instants import Instants, instants, one_instant
from sim.analysis.fit.intervals import FINEST
from sim.analysis.fit.rows import IMPRESSIONS, MOST_EARLY, Asked, same_kind
from sim.analysis.fit.table import Table
from sim.analysis.fit_world.found import DAY, Ints
from sim.analysis.fit_world.log import Log
from sim.errors import LabError
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

NEEDED = IMPRESSIONS
_NEED = "needed are request_at, user, item, feedback_at or outcome; visit, position, propensity, converted_at help"
_FEWEST = 100  # impressions
_MONDAY = 4  # days since 1970


def log_of(table: Table, asked: Asked) -> Log:
    """Return the log in a table.

    Remarks are added to the table's notes. Its columns have fixed names; of the options unit, missing, cutoff and
    ignore_zones count.

    Raises:
        LabError: a column is missing or holds impossible values.
    """
    there = [str(name) for name in table.frame.columns]
    if missing := [name for name in NEEDED if name not in there]:
        raise table.error(f"there is no column {missing[0]}; there are {table.names}; {_NEED}")
    if not {"feedback_at", "outcome"} & set(there):
        raise table.error(f"there is no column feedback_at, nor outcome; there are {table.names}; {_NEED}")
    table = _without_empty(_first_replication(table, asked))
    served = _instants(table, "request_at", asked)
    if served.kind == "count":
        table.notes.append("The zero of request_at is taken for a midnight.")
    end = _end(asked, served)
    keep = served.at <= end  # not where it is NaN
    if (lost := np.isnan(served.at)).any():
        table.notes.append(f"{table.where(lost)} without request_at: left out.")
    if keep.sum() < _FEWEST:
        raise table.error(f"impressions by the cutoff: {int(keep.sum())}; at least {_FEWEST} are needed")
    if np.ptp(served.at[keep]) == 0.0:
        raise table.error("all impressions are of one instant; a log of some time is needed")
    at, midnight = served.at * FINEST, _midnight(served)
    user, item = _labels(table, "user"), _labels(table, "item")
    request = _requests(table, at, user)
    position = _positions(table, keep, request)
    click_at, clicked, step = _clicks(table, asked, served, end)
    log = Log(
        at=at - midnight,
        user=user,
        request=request,
        position=position,
        item=item,
        propensity=_propensities(table),
        clicked=clicked,
        click_at=click_at - midnight,
        converted_at=_conversions(table, asked, served, end, midnight),
        end=end * FINEST - midnight,
        steps=(served.step or FINEST, step or served.step or FINEST),
        timed="feedback_at" in table.frame,
        dated=served.kind != "count",
    )
    return _ordered(log.take(keep))


def _first_replication(table: Table, asked: Asked) -> Table:
    if "replication" not in table.frame:
        return table
    values = numbers(table, "replication", list(asked.missing)).values
    first = np.nanmin(values)
    if (values != first).any():
        table.notes.append(f"Of {len(np.unique(values))} replications the first is used: each is a world of its own.")
    return replace(table, frame=table.frame[values == first].reset_index(drop=True))


def _without_empty(table: Table) -> Table:
    """Drop instants of clicks that are all empty."""
    frame = table.frame
    if not {"feedback_at", "outcome"} <= set(frame.columns) or not frame.feedback_at.isna().all():
        return table
    table.notes.append("Column feedback_at is empty: clicks are those of outcome.")
    return replace(table, frame=frame.drop(columns="feedback_at"))


def _instants(table: Table, name: str, asked: Asked) -> Instants:
    found = instants(table, name, list(asked.missing), asked.unit, asked.ignore_zones)
    if name == "request_at" and np.isnan(found.at).all():
        raise table.error("column request_at: no row has an instant; seconds, an epoch or ISO times are allowed")
    return found


def _end(asked: Asked, served: Instants) -> float:
    """Return up to when the log knows, in microseconds."""
    if asked.cutoff is None:
        return float(np.nanmax(served.at))
    try:
        return one_instant(asked.cutoff, served)
    except ValueError as error:
        raise LabError(f"--cutoff: {error}") from error


def _midnight(served: Instants) -> float:
    """Return the midnight at which day 0 begins, seconds.

    That is of the Monday before the first request. Numbers that count from a zero of their own count from midnight of
    day 0, as the lab's do.
    """
    if served.kind == "count":
        return 0.0
    return float(((np.nanmin(served.at) * FINEST // DAY - _MONDAY) // 7 * 7 + _MONDAY) * DAY)


def _labels(table: Table, name: str) -> Ints:
    cells = table.column(name)
    codes = _codes(cells if pd.api.types.is_numeric_dtype(cells) else text_of(table, name, []))
    if (empty := codes < 0).any():
        raise table.error(f"column {name} is empty: {table.where(empty)}; a number or a name is allowed")
    return codes


def _requests(table: Table, at: Floats, user: Ints) -> Ints:
    """Return the request of each row.

    It is one user at one instant, or one visit of a user where visits have numbers.
    """
    when = _labels(table, "visit") if "visit" in table.frame else _codes(at)
    return _codes(user * (int(when.max()) + 2) + when + 1)  # a row without an instant has the code -1


def _positions(table: Table, keep: np.ndarray, request: Ints) -> Ints | None:
    if "position" not in table.frame:
        return np.zeros(len(request), dtype=np.int64) if np.bincount(request).max() == 1 else None
    values = numbers(table, "position", []).values
    if (wrong := ~(values >= 0) | (values % 1 != 0) | (values > 1e6)).any():
        raise table.error(f"column position: {table.where(wrong)} hold no whole number from 0 on")
    position: Ints = (values - values.min()).astype(np.int64)
    if values.min() > 0:
        table.notes.append(f"Positions begin at {values.min():g}, here at 0.")
    cell = request * (int(position.max()) + 1) + position
    again = np.ones(len(cell), dtype=bool)
    again[np.unique(cell, return_index=True)[1]] = False
    if (again & keep).any():
        raise table.error(
            f"two rows of one user, visit and position: {table.where(again)}; one is allowed: leave out those that were"
            " logged twice, or add a column visit, which numbers a user's requests"
        )
    return position


def _propensities(table: Table) -> Floats:
    if "propensity" not in table.frame:
        return np.full(len(table.frame), np.nan)
    values = numbers(table, "propensity", []).values
    if (wrong := (values <= 0) | (values > 1 + 1e-9)).any():
        raise table.error(f"column propensity: {table.where(wrong)} do not lie above 0 and up to 1")
    return values


def _clicks(table: Table, asked: Asked, served: Instants, end: float) -> tuple[Floats, np.ndarray, float]:
    """Return instants of clicks, which are there, and their step."""
    outcome = None
    if "outcome" in table.frame:
        outcome = numbers(table, "outcome", list(asked.missing)).values
        if (wrong := ~np.isnan(outcome) & (outcome != 0) & (outcome != 1)).any():
            raise table.error(f"column outcome: {table.where(wrong)} hold neither 0 nor 1")
    if "feedback_at" not in table.frame:
        assert outcome is not None
        return np.full(len(outcome), np.nan), outcome == 1, 0.0
    at, step = _events(table, "feedback_at", asked, served, end)
    if outcome is not None:
        if (never := (outcome == 1) & table.column("feedback_at").isna().to_numpy()).any():
            table.notes.append(f"{table.where(never)} with outcome 1 and no feedback_at: counted as no click.")
        at = np.where(outcome == 1, at, np.nan)
    return at * FINEST, ~np.isnan(at), step


def _events(table: Table, name: str, asked: Asked, served: Instants, end: float) -> tuple[Floats, float]:
    """Return instants by the end of the log, microseconds."""
    if table.column(name).isna().all():
        return np.full(len(served.at), np.nan), 0.0
    event = _instants(table, name, asked)
    if np.isnan(event.at).all():
        return event.at, 0.0
    same_kind(table, "request_at", served, name, event)
    early = event.at < served.at
    if early.sum() > MOST_EARLY * (~np.isnan(event.at)).sum():
        raise table.error(f"column {name}: {table.where(early)} lie before request_at; later instants are allowed")
    if early.any():
        table.notes.append(f"{table.where(early)} with {name} before request_at: taken for the same instant.")
    late = event.at > end
    if late.any():
        table.notes.append(f"{table.where(late)} with {name} after the end of the log: not known by then.")
    return np.where(late, np.nan, np.maximum(event.at, served.at)), event.step


def _conversions(table: Table, asked: Asked, served: Instants, end: float, midnight: float) -> Floats | None:
    if "converted_at" not in table.frame:
        return None
    return _events(table, "converted_at", asked, served, end)[0] * FINEST - midnight


def _ordered(log: Log) -> Log:
    """Return the log in order of time, numbered without gaps."""
    order = np.lexsort((log.item if log.position is None else log.position, log.request, log.at))
    log = log.take(order)
    user, request, item = (_codes(old) for old in (log.user, log.request, log.item))
    return replace(log, user=user, request=request, item=item)


def _codes(cells: Any) -> Ints:
    """Return numbers from 0, in order of appearance."""
    return np.asarray(pd.factorize(cells)[0], dtype=np.int64)
