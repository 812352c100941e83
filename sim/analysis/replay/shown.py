"""A replay as paragraphs and tables of untrusted text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.rows import Rows, labels, number, options, outcomes, slate, visit_rows
from sim.analysis.replay.sentences import clock, incidents, person, serving
from sim.analysis.report.columns import Part, Table, Whole, columns_of
from sim.analysis.units import counted
from sim.errors import harmless

_WORDS = ("slate", "items", "earlier impressions", "outcome", "when")


def visits_parts(run: str, user: int, found: Sequence[Visit]) -> Iterator[Part]:
    """Yield a user's visits, to choose one from."""
    yield _said(run)
    yield _said(f"user {user}: {counted(len(found), 'visit')}; --visit V explains one")
    if found:
        yield _table(visit_rows(found))


def parts(run: str, found: Replay) -> Iterator[Part]:
    """Yield why a user saw a slate.

    Args:
        run: its name.
        found: the request, explained.
    """
    when = f"user {found.user}, visit {found.visit}: {clock(found.request_at)}\n"
    for text in (run, when, serving(found), *incidents(found), person(found)):
        yield _said(text)
    yield _table(slate(found))
    yield "* hidden from the agent"
    yield from (_table(rows(found)) for rows in (outcomes, labels, options))
    yield f"regret {number(found.regret)} = staleness {number(found.staleness)} + learning {number(found.learning)}"


def _table(rows: Rows) -> Table:
    return Table("", columns_of(rows[0], rows[1:], _WORDS))


def _said(text: str) -> Whole:
    return Whole("\n".join(harmless(line) for line in text.split("\n")))
