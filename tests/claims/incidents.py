"""What outages and losses of labels do, where requests come at random."""

from __future__ import annotations

from scipy import stats

from sim import simulate

from ._claim import Claim, follows, near, share
from ._worlds import untrained, world

DAY, DAYS = 86400.0, 19  # of clicks; their windows close by the horizon
_POISSON = "instants of a Poisson process within an interval are uniform on it"


def outage() -> list[Claim]:
    """Clicks after 7 minutes on average, no entry for 12 hours: what was due is late by U(0, 12 h)."""
    told = _told({"kind": "label_outage", "at": "6d", "for": "12h"})
    late = (told.delivered_at - told.feedback_at).to_numpy()
    held = late > 1e-6
    due = told.feedback_at.to_numpy()
    return [
        near("entries due in an outage of 12 h: how late, mean", 0.25 * DAY, late[held], _POISSON),
        follows("entries due in an outage of 12 h: distance", late[held], stats.uniform(0, 0.5 * DAY).cdf, _POISSON),
        share("share of the entries that an outage holds", 0.5 / DAYS, int(held.sum()), len(told), _POISSON),
        share("of those, due within it", 1.0, int(((due[held] >= 6 * DAY) & (due[held] < 6.5 * DAY)).sum()),
              int(held.sum()), "the log time decides"),
    ]  # fmt: skip


def loss() -> list[Claim]:
    """A fifth of the clicks is lost for four days: of all positives a share of 0.2 * 4 / 19."""
    told = _told({"kind": "label_loss", "at": "6d", "for": "4d", "share": 0.2})
    lost = (told.status == "lost").to_numpy()
    within = (told.feedback_at >= 6 * DAY) & (told.feedback_at < 10 * DAY)
    return [
        share("clicks lost at a share of 0.2", 0.2, int(lost[within].sum()), int(within.sum()), "one draw each"),
        share("share of all clicks", 0.2 * 4 / DAYS, int(lost.sum()), len(told), f"{_POISSON}; one draw each"),
    ]


def _told(incident: dict[str, object]):
    """Return the clicks of a run, of users who come at random."""
    feedback = {"click": {"delay": "exponential(mean=7m)", "window": "1d"}}
    users = {"count": 50, "visits": {"rate": "40 per day"}}
    scenario = world((DAYS + 1) * DAY, users=users, feedback=feedback, incidents=[incident])
    shown = simulate(scenario, untrained()).impressions
    return shown[(shown.outcome == 1) & (shown.feedback_at < DAYS * DAY)]
