"""What a replay says of version and user."""

from __future__ import annotations

import textwrap

from sim.analysis.replay.model import Disturbance, Replay, Underway
from sim.analysis.units import counted, span

_DAY = 86400
_MOST = 12  # features on a line
_MOST_LINES = 4  # of versions under way
_WIDE, _LEAD = 80, 13  # letters of a line, and of what it is about


def clock(at: float | None) -> str:
    """Return an instant as day (from 1) and clock time.

    >>> clock(90061.5), clock(None)
    ('day 2 01:01:01.5', '-')
    """
    if at is None:
        return "-"
    day, rest = divmod(at, _DAY)
    tenths = min(int(rest * 10), _DAY * 10 - 1)
    return f"day {int(day) + 1} {tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


def serving(found: Replay) -> str:
    """Return which version answered, and which were under way."""
    v = found.serving
    answered = _about(
        "answered by",
        f"version {v.version}: read the log up to {clock(v.cutoff_at)} ({span(v.data_age)} before, "
        f"{counted(v.examples, 'outcome')}), live since {clock(v.live_at)} ({span(v.model_age)})",
    )
    waiting = [
        _about("not yet", f"version {one.version}: read the log up to {clock(one.cutoff_at)}, {_state(one)}")
        for one in v.underway
    ]
    if len(waiting) > _MOST_LINES:
        waiting[1:-1] = [f"             ... and {len(waiting) - 2} more ..."]
    return "\n".join([answered, *waiting])


def _state(one: Underway) -> str:
    """Return how far a newer version is."""
    if one.trained_at is None:
        return "still in training"
    if one.live_at is None:
        return f"trained at {clock(one.trained_at)}, not live yet"
    return f"live for others since {clock(one.live_at)}"


def incidents(found: Replay) -> list[str]:
    """Return a line for each incident since the version's cutoff."""
    return [
        _about("incident", f"{one.kind.replace('_', ' ')}: {_when(one)}{', not over' * (one.ends > found.request_at)}")
        for one in found.incidents
    ]


def _when(one: Disturbance) -> str:
    return f"from {clock(one.at)} to {clock(one.ends)}" if one.ends > one.at else f"at {clock(one.at)}"


def person(found: Replay) -> str:
    """Return what the agent saw of the user, and truth."""
    p = found.person
    more = f" and {len(p.features) - _MOST} more" if len(p.features) > _MOST else ""
    seen = " ".join(f"{x:.2f}" for x in p.features[:_MOST]) + more
    hidden = (
        f"hidden from the agent: taste {p.taste:.2f} long, moved by {p.moved:.2f} since the version's cutoff, "
        f"satiation {p.satiation:.2f}, satisfaction {p.satisfaction:+.2f}"
    )
    return f"{_about('the user', f'observed {seen}')}\n{_about('', hidden)}"


def _about(what: str, said: str) -> str:
    """Return lines that fit a terminal, the subject first."""
    lines = textwrap.wrap(said, _WIDE - _LEAD, break_on_hyphens=False)
    return textwrap.indent("\n".join(lines), " " * _LEAD).replace(" " * _LEAD, what.ljust(_LEAD), 1)
