"""The incidents of worlds, as marked times of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.analysis.bands import DAY
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.units import span
from sim.scenario.incidents import AnyIncident, Event

_NAMED = 6  # in the sentence


@dataclass(frozen=True)
class Mark:
    """A marked span of time, in days."""

    name: str
    start: float
    end: float


def marks_of(incidents: Iterable[Event]) -> tuple[Mark, ...]:
    """Return a mark for each incident, in order of time."""
    found = {Mark(one.kind.replace("_", " "), one.at / DAY, one.ends / DAY) for one in incidents}
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.name)))


def shared_marks(records: Sequence[ScoredRun]) -> tuple[Mark, ...]:
    """Return the marks of the incidents that all runs have."""
    each = [marks_of(_stored(record.config.scenario.get("incidents"))) for record in records]
    return tuple(one for one in each[0] if all(one in own for own in each[1:])) if each else ()


def in_words(found: Sequence[Mark]) -> str:
    """Return a sentence about marks; empty without any.

    >>> in_words([Mark("label outage", 3.0, 3.5)])
    'Yellow: label outage from day 3 for 12 h.'
    """
    told = [_told(one) for one in found[:_NAMED]]
    more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return f"Yellow: {'; '.join([*told, *more])}." if told else ""


def _told(one: Mark) -> str:
    if one.end == one.start:
        return f"{one.name} on day {one.start:.4g}"
    return f"{one.name} from day {one.start:.4g} for {span(DAY * (one.end - one.start))}"


def _stored(entries: Any) -> list[Event]:
    """Return the incidents of a stored world.

    A stranger may have written it.
    """
    one: TypeAdapter[Event] = TypeAdapter(AnyIncident)
    found = []
    for entry in entries if isinstance(entries, list) else []:
        try:
            found.append(one.validate_python(entry))
        except ValidationError:
            continue
    return found
