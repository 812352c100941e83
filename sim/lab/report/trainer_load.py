"""Saturated trainers: they work nearly all the time."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.settings import run_label
from sim.lab.report.units import digits
from sim.lab.store.run_folder import Record
from sim.laws.durations import seconds

MOST = 0.95  # of the time


def busy(record: Record) -> float | None:
    """Return the trainer's utilisation, None where there is no trainer."""
    spent = record.summary.get("cost/training_time")
    if record.config.ship == "in_place" or spent is None:
        return None
    return spent / _horizon(record)


def saturated(record: Record) -> str | None:
    """Return a warning if the trainer is saturated, None otherwise."""
    share = busy(record)
    if share is None or share <= MOST:
        return None
    done = digits(record.summary.get("versions/trained"))
    merged = record.summary.get("triggers/merged")
    lost = f", and {digits(merged)} triggers merged with one that was waiting" if merged else ""
    return f"warning: the trainer was busy {int(100 * share)} % of the time: {done} trainings{lost}"


def saturated_among(records: Sequence[Record]) -> str | None:
    """Return a warning that names the runs with saturated trainers."""
    found = [record for record in records if (busy(record) or 0.0) > MOST]
    names = "; ".join(run_label(record.config) for record in found)
    share = f"{100 * MOST:.0f} % of the time in {len(found)} of {len(records)} runs"
    return f"warning: the trainer was busy more than {share}, triggers merged: {names}" if found else None


def _horizon(record: Record) -> float:
    return seconds(str(record.config.scenario["horizon"]))
