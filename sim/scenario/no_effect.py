"""Keys without effect, because their mechanism is switched off.

They are allowed, so that a switch can be set alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sim.scenario.field_types import Block
from sim.scenario.schema import Feedback, World

Off = Callable[[World], bool]
# the key, or with a dot the keys below it; the condition under which it has no effect, and its text
_WHERE_OFF: dict[str, tuple[Off, str]] = {
    "users.visits.daily_peak": (lambda w: w.users.visits.daily_swing == 0, "users.visits.daily_swing is 0"),
    "users.visits.session.gap": (lambda w: not w.users.visits.in_sessions, "users.visits.session.stay is 0"),
    "users.trend.half_life": (lambda w: w.users.trend.spread == 0, "users.trend.spread is 0"),
    "users.drift.half_life": (lambda w: w.users.drift.spread == 0, "users.drift.spread is 0"),
    "users.satiation.half_life": (lambda w: w.users.satiation.strength == 0, "users.satiation.strength is 0"),
    "users.satisfaction.half_life": (lambda w: not w.users.moods, "users.satisfaction.return_effect is 0"),
    "users.satisfaction.driven_by": (lambda w: not w.users.moods, "users.satisfaction.return_effect is 0"),
    "users.context.seen": (lambda w: w.users.context.dim == 0, "users.context.dim is 0"),
    "feedback.click.value": (
        lambda w: w.feedback.learn_from == "conversion",
        "feedback.learn_from is conversion",
    ),
    "feedback.click.reversal.": (
        lambda w: w.feedback.learn_from == "conversion",
        "feedback.learn_from is conversion",
    ),
    "platform.serving.replicas": (lambda w: w.platform.serving.rollout == 0, "platform.serving.rollout is 0s"),
    "feedback.conversion.": (lambda w: w.feedback.learn_from == "click", "feedback.learn_from is click"),
    "feedback.conversion.agrees_with_click": (lambda w: _no_spread(w.feedback), "feedback.conversion.spread is 0"),
}
# lists of blocks, and the keys of an entry that switch it off
_LISTS: dict[str, tuple[Callable[[World], Sequence[Block]], tuple[str, ...]]] = {
    "users.shifts": (lambda w: w.users.shifts, ("size", "share")),
    "incidents": (lambda w: w.incidents, ("share",)),
}


def _no_spread(feedback: Feedback) -> bool:
    """Return whether conversions are learnt without a conversion taste.

    An ``agrees_with_click`` other than 0 is then an error; 0 is allowed and has no effect.
    """
    conversion = feedback.conversion
    return feedback.learn_from == "conversion" and conversion is not None and conversion.spread == 0


def no_effect(world: World, keys: Iterable[str]) -> Iterator[str]:
    """Yield a line for each key without effect.

    Args:
        world: the scenario.
        keys: dotted keys that the user has set; whole blocks are skipped, as they may contain the switch.
    """
    for key in keys:
        for place, (off, why) in _WHERE_OFF.items():
            if (key.startswith(place) if place.endswith(".") else key == place) and off(world):
                yield f"{key}: has no effect while {why}"
        for listed, (entries, switches) in _LISTS.items():
            number, _, own = key.removeprefix(f"{listed}.").partition(".")
            if key.startswith(f"{listed}.") and number.isdecimal() and int(number) < len(entries(world)):
                yield from _entry_without_effect(entries(world)[int(number)], switches, f"{listed}.{number}", own)


def _entry_without_effect(entry: Block, switches: Iterable[str], place: str, own: str) -> Iterator[str]:
    for switch in switches:
        if own not in ("", switch) and getattr(entry, switch, None) == 0:
            yield f"{place}.{own}: has no effect while {place}.{switch} is 0"
            return
