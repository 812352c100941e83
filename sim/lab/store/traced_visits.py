"""Visits of a user, from a stored trace or anew."""

from __future__ import annotations

import math

import numpy as np

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.replay import check_user, visits
from sim.errors import LabError, refusing
from sim.lab.store.run_folder import Record, Stored
from sim.lab.store.untrusted import table_of
from sim.lazy import pd
from sim.score import Scorer

_COLUMNS = {
    "visit": int,
    "request_at": float,
    "version": int,
    "expected_reward": float,
    "regret": float,
    "reward": float,
}
_CLOSE = 1e-9  # as golden summaries are compared


def history(run: Stored, user: int, replication: int) -> tuple[list[Visit], list[str]]:
    """Return a user's visits, and differences to the stored run.

    The trace is read if it was computed by the present code. Otherwise the replication is run again, and its scores are
    compared with the stored ones.
    """
    run.check_replication(replication, "replay")
    check_user(run.scenario, user)
    if run.same_code and Record.complete(run.record.folder, trace=True):
        return _traced(_rows(run, "requests", user, replication)), []

    scorer = Scorer(run.scenario.horizon, run.scenario.users.count)
    found, outcome = visits(run.scenario, run.agent, user, run.seed, replication, (scorer.read,))
    return found, _differing(run.record, replication, scorer.summary(outcome))


def _traced(frame: pd.DataFrame) -> list[Visit]:
    """Return the visits in rows of an untrusted trace."""
    kinds = (ValueError, LookupError, TypeError, OverflowError)
    with refusing("replay: requests.parquet is no trace: {why}", *kinds):
        columns = [frame[name].astype(kind).tolist() for name, kind in _COLUMNS.items()]
    if not all(map(math.isfinite, (number for column in columns for number in column))):
        raise LabError("replay: requests.parquet is no trace: a number is not finite")
    return [Visit(*row) for row in zip(*columns, strict=True)]


def _differing(record: Record, replication: int, scores: dict[str, float | None]) -> list[str]:
    """Return a line if scores differ from the stored ones."""
    try:
        rows = record.table("replicates")
        found = pd.Series(scores, dtype=float)
        stored = rows[rows["replication"] == replication].iloc[0].reindex(found.index).astype(float)
        wrong = found.index[~np.isclose(found, stored, _CLOSE, _CLOSE, equal_nan=True)]
    except (OSError, ValueError, LookupError, TypeError, RuntimeError):
        return ["the stored scores cannot be read: whether this is the same run is not known"]
    return [f"this is not the run that is stored: {len(wrong)} scores differ, such as {wrong[0]}"] if len(wrong) else []


def against_trace(run: Stored, found: Replay, replication: int) -> list[str]:
    """Return a line if a replay contradicts the trace."""
    if not Record.complete(run.record.folder, trace=True):
        return []
    requests, rows = (_rows(run, name, found.user, replication) for name in ("requests", "impressions"))
    ours = [(s.item, int(s.outcome), s.status) for s in found.slate]
    try:
        request, shown = (frame[frame["visit"] == found.visit] for frame in (requests, rows))
        theirs = list(zip(*(shown[name].tolist() for name in ("item", "outcome", "status")), strict=True))
        if request["version"].tolist() == [found.serving.version] and ours == theirs:
            return []
    except (ValueError, LookupError, TypeError) as error:
        return [f"the stored trace cannot be read: {' '.join(str(error).split())}"]
    return ["this is not the request in the stored trace: its slate, version or outcome was another"]


def _rows(run: Stored, table: str, user: int, replication: int) -> pd.DataFrame:
    mine = [("user", "==", user)]
    if run.replications > 1:
        mine.append(("replication", "==", replication))
    file = run.record.folder / f"{table}.parquet"
    with refusing(f"replay: {file} cannot be read: {{why}}", OSError, LookupError, RuntimeError):
        return table_of(file, (), mine)
