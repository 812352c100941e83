"""The incident of a drill, put into a scenario."""

from __future__ import annotations

from typing import get_args

from sim.errors import LabError
from sim.laws.durations import text as duration
from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import kinds_of
from sim.scenario.incidents import AnyIncident, Event, PushStuck, Rollback, TrainerDown
from sim.scenario.source import Source

OPTION = "--incident"
_OF_PUSHES = (TrainerDown, PushStuck, Rollback)  # what serves in place has no trainer, no push and no other version


def spares(incident: Event, ship: str | None) -> bool:
    """Say whether an incident cannot strike an agent.

    Args:
        incident: what happens.
        ship: how the agent ships.
    """
    return ship == "in_place" and isinstance(incident, _OF_PUSHES)


def check_strikes(incident: Event, ship: str | None) -> None:
    """Refuse an incident that cannot strike the agent.

    Raises:
        LabError: it names those that can.
    """
    if spares(incident, ship):
        kinds = [one for one in get_args(get_args(AnyIncident)[0]) if not issubclass(one, _OF_PUSHES)]
        names = ", ".join(kinds_of(one)[0] for one in kinds)
        raise LabError(
            f"{OPTION}: {incident.kind} cannot strike an agent that serves in place, without trainer or push; "
            f"{names} are allowed, or an agent with ship=push"
        )


def struck(scenario: Scenario, text: str) -> tuple[Scenario, Event]:
    """Return a scenario with one incident more, and the incident.

    It comes last, so that the random numbers of the others stay.

    Args:
        scenario: without it.
        text: the entry as in a scenario's ``incidents``, such as ``{kind: trainer_down, at: 2d, for: 6h}``.

    Raises:
        ScenarioError: the entry is wrong.
        LabError: it begins after the horizon.
    """
    if not text.lstrip().startswith("{"):
        raise LabError(f"{OPTION}: is {text!r}; an entry such as '{{kind: trainer_down, at: 2d, for: 6h}}' is allowed")
    others = scenario.plain()["incidents"]
    own = f"incidents.{len(others)}"
    try:
        entry = Source(text, OPTION).data
        changed = Scenario.load(scenario, {"incidents": [*others, entry]})
    except ScenarioError as error:
        raise ScenarioError(_of_option(line, own) for line in error.messages) from None
    incident = changed.incidents[-1]
    if incident.at >= scenario.horizon:
        raise LabError(
            f"{OPTION}: at is {duration(incident.at)}; an instant before the horizon of {duration(scenario.horizon)} "
            "is allowed"
        )
    return changed, incident


def _of_option(line: str, key: str) -> str:
    """Return the message about the entry of an option."""
    if line.startswith(OPTION):
        return line.replace("the file: ", "", 1)
    return f"{OPTION}: {line.removeprefix(f'{key}: ').removeprefix(f'{key}.')}"
