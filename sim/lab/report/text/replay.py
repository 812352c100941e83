"""A replay in the terminal; its texts are not trusted."""

from __future__ import annotations

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.rows import Rows, labels, number, options, outcomes, slate, visit_rows
from sim.analysis.replay.sentences import clock, incidents, person, serving
from sim.errors import harmless
from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.lab.store.run_folder import Stored
from sim.lazy import rich


def show_visits(run: Stored, user: int, found: list[Visit]) -> None:
    """Print a user's visits, to choose one from."""
    _say(f"{_title(run)}, user {user}: {len(found)} visits; --visit V explains one")
    if found:
        out().print(_table(visit_rows(found)))


def show(run: Stored, found: Replay) -> None:
    """Print why a user saw a slate."""
    _say(f"{_title(run)}, user {found.user}, visit {found.visit}: {clock(found.request_at)}\n")
    _say(serving(found))
    _say("\n".join([*incidents(found), person(found)]))
    shown = _table(slate(found))
    shown.caption, shown.caption_justify = "* hidden from the agent", "left"
    for table in (shown, *(_table(rows(found)) for rows in (outcomes, labels, options))):
        out().print(table)
    _say(f"regret {number(found.regret)} = staleness {number(found.staleness)} + learning {number(found.learning)}")


def _title(run: Stored) -> str:
    agent = run.agent
    parts = " ".join(type(part).__name__ for part in (agent.learner, agent.correction, agent.cadence))
    return f"{run.scenario.name} · {parts} · {agent.ship}"


def _table(rows: Rows) -> rich.table.Table:
    headings, *cells = rows
    table = plain_table(headings, ("slate", "items", "earlier impressions", "outcome", "when"))
    for row in cells:
        table.add_row(*row)
    return table


def _say(text: str) -> None:
    print("\n".join(harmless(line) for line in text.split("\n")))
