"""A replay as paragraphs and tables of untrusted text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents import Agent
from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.rows import Rows, labels, number, options, outcomes, slate, visit_rows
from sim.analysis.replay.sentences import clock, incidents, person, serving
from sim.analysis.report.columns import Part, Table, Whole, columns_of
from sim.errors import harmless
from sim.scenario import Scenario

_WORDS = ("slate", "items", "earlier impressions", "outcome", "when")


def visits_parts(scenario: Scenario, agent: Agent, user: int, found: Sequence[Visit]) -> Iterator[Part]:
    """Yield a user's visits, to choose one from."""
    yield _said(f"{_title(scenario, agent)}, user {user}: {len(found)} visits; --visit V explains one")
    if found:
        yield _table(visit_rows(found))


def parts(scenario: Scenario, agent: Agent, found: Replay) -> Iterator[Part]:
    """Yield why a user saw a slate."""
    when = f"user {found.user}, visit {found.visit}: {clock(found.request_at)}"
    for text in (f"{_title(scenario, agent)}, {when}\n", serving(found), *incidents(found), person(found)):
        yield _said(text)
    yield _table(slate(found))
    yield "* hidden from the agent"
    yield from (_table(rows(found)) for rows in (outcomes, labels, options))
    yield f"regret {number(found.regret)} = staleness {number(found.staleness)} + learning {number(found.learning)}"


def _title(scenario: Scenario, agent: Agent) -> str:
    parts = " ".join(type(part).__name__ for part in (agent.learner, agent.correction, agent.cadence))
    return f"{scenario.name} · {parts} · {agent.ship}"


def _table(rows: Rows) -> Table:
    return Table("", columns_of(rows[0], rows[1:], _WORDS))


def _said(text: str) -> Whole:
    return Whole("\n".join(harmless(line) for line in text.split("\n")))
