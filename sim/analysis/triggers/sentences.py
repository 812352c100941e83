"""What a trigger saw, in words."""

from __future__ import annotations

from collections.abc import Callable

from sim.analysis.triggers.pooled import Interval, Pooled
from sim.analysis.triggers.triggers import Triggers
from sim.analysis.units import counted, digits, span, with_interval

HEADINGS = ("", "estimate", "95 % interval")


def answer(found: Triggers) -> str:
    """Return what the trigger saw, and what the clock does."""
    return f"{saw(found)}. {clock(found)}"


def saw(found: Triggers) -> str:
    """Return what the trigger saw, without a full stop."""
    one = found.pooled
    alarms = counted(one.false_alarms, "false alarm") if one.false_alarms else "no false alarm"
    false = f"{alarms} in {digits(one.days)} simulated days"
    if not one.shifts:
        return f"There is no shift in users.shifts, so every alarm is false: {false}"
    seen = f"The trigger saw {one.detected} of {counted(one.shifts, 'shift')}"
    if not one.detected:
        return f"{seen}, with {false}"
    shift, label = span(one.mtd.value), span(one.mtd_from_first_label.value)
    chance = "" if _known_sooner(one) else ": not known to be sooner than an alarm by chance"
    return (
        f"{seen}, on average {shift} after the shift, {label} after the first label that could show it, with "
        f"{false}{chance}"
    )


def _known_sooner(one: Pooled) -> bool:
    """Say whether detections take less time than false alarms.

    Alarms at random would take the mean time between false alarms from any instant on.
    """
    slowest, soonest = one.mtd_from_first_label.high, one.mtfa.low
    return slowest is not None and soonest is not None and slowest < soonest


def clock(found: Triggers) -> str:
    """Return what as many retrains by the clock lose."""
    more, every = found.more, span(found.interval)
    trigger, twins = found.retrains
    by_clock = f"{counted(round(twins), 'retrain')} by the clock (one in {every})"
    twin = f"{by_clock} instead of the trigger's {digits(trigger)}"
    if more.value is None or more.low is None or more.high is None:
        return f"{twin} cannot be compared: some replication has no regret."
    half, lose = (more.high - more.low) / 2, "loses" if round(twins) == 1 else "lose"
    if more.low <= 0.0 <= more.high:
        return f"Whether {twin} {lose} more is not known: {with_interval(more.value, half)} more regret per visit."
    change = with_interval(abs(more.value), half)
    return f"{twin} {lose} {change} {'more' if more.value > 0.0 else 'less'} per visit."


def rows(found: Triggers) -> list[tuple[str, str, str]]:
    """Return the table's rows, one for each measure."""
    one, (trigger, twin), (mine, other), (whole, clock) = (
        found.pooled,
        found.regrets,
        found.retrains,
        found.all_retrains,
    )
    return [
        ("shifts seen, all replications", f"{one.detected} of {one.shifts}", ""),
        _row("mean time to detection (MTD)", one.mtd, span, True),
        _row("  from the first label of the shift", one.mtd_from_first_label, span, True),
        _row("missed detection rate (MDR)", one.mdr, digits),
        _row("false alarms a day", one.false_per_day, digits),
        _row("mean time between false alarms (MTFA)", one.mtfa, span),
        ("retrains of the trigger, scored / all", f"{digits(mine)} / {digits(whole)}", ""),
        ("retrains by the clock, scored / all", f"{digits(other)} / {digits(clock)}", ""),
        _row("regret with the trigger", trigger, digits),
        _row("regret by the clock", twin, digits),
        _row("  more than with the trigger, paired", found.more, digits),
    ]


def _row(name: str, one: Interval, told: Callable[[float | None], str], time: bool = False) -> tuple[str, str, str]:
    """Return a row; a time is not below 0."""
    if one.low is None:
        return name, told(one.value), ""
    low = max(one.low, 0.0) if time else one.low
    high = "no bound" if one.high is None else told(one.high)
    return name, told(one.value), f"{told(low)} to {high}"
