"""A replay as rows of text, the headings first."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.sentences import clock
from sim.analysis.units import digits, span

Rows = list[tuple[str, ...]]


def visit_rows(found: Sequence[Visit]) -> Rows:
    """Return a row for each visit of a user."""
    rows: Rows = [("visit", "when", "version", "expected", "regret", "reward")]
    for v in found:
        values = (number(v.expected_reward), number(v.regret), f"{v.reward:g}")
        rows.append((str(v.visit), clock(v.request_at), str(v.version), *values))
    return rows


def slate(found: Replay) -> Rows:
    """Return predictions and truth of each item shown."""
    rows: Rows = [("#", "item", "predicted", "propensity", "true click*", "true rank*", "popularity*")]
    for s in found.slate:
        said, truth = map(number, (s.predicted, s.propensity)), (number(s.attraction), str(s.rank))
        rows.append((str(s.position), str(s.item), *said, *truth, number(s.popularity)))
    return rows


def outcomes(found: Replay) -> Rows:
    """Return outcome and instants of each item shown."""
    rows: Rows = [("#", "item", "outcome", "happened", "known to the log")]
    for s in found.slate:
        times = (
            "-" if at is None else f"after {span(at - found.request_at)}" for at in (s.feedback_at, s.delivered_at)
        )
        rows.append((str(s.position), str(s.item), s.status, *times))
    return rows


def labels(found: Replay) -> Rows:
    """Return how many earlier impressions were known."""
    rows: Rows = [("earlier impressions", "read by the version", "in the log, not read", "pending")]
    for name, known in (("of this user", found.labels_of_user), ("of these items", found.labels_of_items)):
        rows.append((name, *map(str, (known.read, known.unread, known.pending))))
    return rows


def options(found: Replay) -> Rows:
    """Return the slate shown, the freshest and the best."""
    rows: Rows = [("slate", "items", "expected reward")]
    named = {
        "shown": found.shown,
        "freshest: trained on the log as it was": found.freshest,
        "best: the oracle's": found.best,
    }
    for name, option in named.items():
        rows.append((name, " ".join(map(str, option.items)), number(option.expected_reward)))
    return rows


def number(value: float | None) -> str:
    """Return a number with four decimals, - if unknown.

    >>> number(0.25), number(None), number(12345.0)
    ('0.2500', '-', '12,345')
    """
    return "-" if value is None else f"{value:.4f}" if abs(value) < 1000 else digits(value)
