"""Visits of a user, from a stored trace or anew."""

from __future__ import annotations

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.replay import check_user, visits
from sim.analysis.replay.stored import contradicting, differing, visits_in
from sim.errors import refusing
from sim.lab.store.run_folder import Record, Stored
from sim.lab.store.untrusted import table_of
from sim.lazy import pd
from sim.scenario.population import Population
from sim.score import Scorer


def history(run: Stored, user: int, replication: int) -> tuple[list[Visit], list[str]]:
    """Return a user's visits, and differences to the stored run.

    The trace is read if it was computed by the present code. Otherwise the replication is run again, and its scores are
    compared with the stored ones.
    """
    run.check_replication(replication, "replay")
    check_user(run.scenario, user, run.seed, replication)
    if run.same_code and Record.complete(run.record.folder, trace=True):
        return visits_in(_rows(run, "requests", user, replication)), []

    arrivals = Population(run.scenario, run.seed, replication).late
    scorer = Scorer(run.scenario.horizon, run.scenario.users.count, arrivals=arrivals)
    found, outcome = visits(run.scenario, run.agent, user, run.seed, replication, (scorer.read,))
    try:
        stored = run.record.table("replicates")
    except (OSError, ValueError, RuntimeError):
        stored = None
    return found, differing(stored, replication, scorer.summary(outcome))


def against_trace(run: Stored, found: Replay, replication: int) -> list[str]:
    """Return a line if a replay contradicts the trace."""
    if not Record.complete(run.record.folder, trace=True):
        return []
    requests, rows = (_rows(run, name, found.user, replication) for name in ("requests", "impressions"))
    return contradicting(found, requests, rows)


def _rows(run: Stored, table: str, user: int, replication: int) -> pd.DataFrame:
    mine = [("user", "==", user)]
    if run.replications > 1:
        mine.append(("replication", "==", replication))
    file = run.record.folder / f"{table}.parquet"
    with refusing(f"replay: {file} cannot be read: {{why}}", OSError, LookupError, RuntimeError):
        return table_of(file, (), mine)
