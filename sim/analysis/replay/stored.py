"""A replay beside the stored run, which is not trusted."""

from __future__ import annotations

import math

import numpy as np

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.units import counted
from sim.errors import LabError, refusing
from sim.lazy import pd

_COLUMNS = {
    "visit": int,
    "request_at": float,
    "version": int,
    "expected_reward": float,
    "regret": float,
    "reward": float,
}
_CLOSE = 1e-9  # as golden summaries are compared


def visits_in(frame: pd.DataFrame) -> list[Visit]:
    """Return the visits in rows of a trace."""
    kinds = (ValueError, LookupError, TypeError, OverflowError)
    with refusing("replay: requests.parquet is no trace: {why}", *kinds):
        columns = [frame[name].astype(kind).tolist() for name, kind in _COLUMNS.items()]
    if not all(map(math.isfinite, (number for column in columns for number in column))):
        raise LabError("replay: requests.parquet is no trace: a number is not finite")
    return [Visit(*row) for row in zip(*columns, strict=True)]


def differing(rows: pd.DataFrame | None, replication: int, scores: dict[str, float | None]) -> list[str]:
    """Return a line if scores differ from the stored ones.

    Args:
        rows: the stored scores of each replication; None: they cannot be read.
        replication: which one.
        scores: its scores now.
    """
    try:
        if rows is None:
            raise LookupError
        found = pd.Series(scores, dtype=float)
        stored = rows[rows["replication"] == replication].iloc[0].reindex(found.index).astype(float)
        wrong = found.index[~np.isclose(found, stored, _CLOSE, _CLOSE, equal_nan=True)]
    except (ValueError, LookupError, TypeError):
        return ["the stored scores cannot be read: whether this is the same run is not known"]
    if not len(wrong):
        return []
    return [f"this is not the run that is stored: other values of {counted(len(wrong), 'score')}, such as {wrong[0]}"]


def contradicting(found: Replay, requests: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    """Return a line if a replay contradicts the trace.

    Args:
        found: the replay.
        requests: those of its user.
        rows: the impressions of its user.
    """
    ours = [(s.item, int(s.outcome), s.status) for s in found.slate]
    try:
        request, shown = (frame[frame["visit"] == found.visit] for frame in (requests, rows))
        theirs = list(zip(*(shown[name].tolist() for name in ("item", "outcome", "status")), strict=True))
        if request["version"].tolist() == [found.serving.version] and ours == theirs:
            return []
    except (ValueError, LookupError, TypeError) as error:
        return [f"the stored trace cannot be read: {' '.join(str(error).split())}"]
    return ["this is not the request in the stored trace: its slate, version or outcome was another"]
