"""A world from one impression log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.fit_world.catalogue import catalogue_part
from sim.analysis.fit_world.clicks import clicks_part
from sim.analysis.fit_world.conversions import conversions_part
from sim.analysis.fit_world.delays import Delay, delay_part
from sim.analysis.fit_world.found import Estimate, Part, Unknown, whole
from sim.analysis.fit_world.log import Log
from sim.analysis.fit_world.positions import KEY, positions_part
from sim.analysis.fit_world.tastes import DIM
from sim.analysis.fit_world.visits import visits_part

PREFERENCES = "users.preferences.spread"
NEVER = (
    Unknown(
        "users.trend, drift, shifts",
        "whether tastes move is not told apart from a change of what was shown; state a range (below).",
    ),
    Unknown(
        "users.preferences, satiation, satisfaction",
        "what one user likes more than another, and what slates do to a user, takes an experiment, or features.",
    ),
    Unknown("feedback.click.window, negatives", "they are the joiner's, not the users'; --window if it cut the log."),
    Unknown("platform", "ingest, training and push happen behind the log: your jobs know how long they take."),
)


@dataclass(frozen=True)
class Fitted:
    """What a log says of a scenario.

    Attributes:
        found: estimates, what is not identified, remarks.
        impressions: how many there are.
        requests: how many there are.
        users: how many were seen.
        items: how many were shown.
        clicks: how many are known.
        days: from the first request to the end of the log.
    """

    found: Part
    impressions: int
    requests: int
    users: int
    items: int
    clicks: int
    days: float


def fit_world(log: Log, users: int | None = None, window: float = np.inf, tastes: float = 0.0) -> Fitted:
    """Fit visits, catalogue, positions, clicks and delays.

    Args:
        log: the log.
        users: how many users there are, also those who never came; None: not known.
        window: seconds after which no click is ever recorded; inf: no limit.
        tastes: spread that users' tastes have in the scenario, by assumption; 0: it has none.

    Raises:
        ValueError: there are fewer users than were seen.
    """
    check_users(log, users)
    delay = _click_delay(log, window)
    positions = positions_part(log)
    clicks = clicks_part(log, delay, positions.get(KEY), tastes) + (_given(tastes) if tastes else Part())
    found = visits_part(log, users) + catalogue_part(log) + clicks + positions + delay.part + conversions_part(log)
    found += Part(unknown=NEVER)
    items, total = int(log.item.max()) + 1, int(log.clicked.sum())
    return Fitted(found, len(log.at), log.requests, log.users, items, total, log.days)


def check_users(log: Log, users: int | None) -> None:
    """Refuse fewer users than a log has.

    Args:
        log: the log.
        users: how many there are; None: not known.

    Raises:
        ValueError: there are fewer users than were seen.
    """
    if users is not None and users < log.users:
        raise ValueError(f"{users} users; the log has {log.users:,}: as many or more are allowed")


def _given(tastes: float) -> Part:
    spread = Estimate(PREFERENCES, tastes, None, None, lambda value, _: f"{value:g}", "as given")
    return Part((Estimate("users.preferences.dim", DIM, None, None, whole), spread))


def _click_delay(log: Log, window: float) -> Delay:
    if not log.timed:
        why = "the log has no column feedback_at; clicks are taken to be known at once."
        return Delay(None, Part(unknown=(Unknown("feedback.click.delay", why),)))
    return delay_part("click", log.click_at - log.at, log.watched, log.steps, window)
