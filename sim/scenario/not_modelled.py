"""What a scenario cannot say, and what comes nearest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """Something that products have and no scenario can say.

    Attributes:
        words: keys and kinds by which people ask for it.
        nearest: what comes nearest; keys are written in full.
    """

    words: tuple[str, ...]
    nearest: str


# docs/limits.md has a row for each, in this order
LIMITS = (
    Limit(
        ("watch_time", "dwell", "dwell_time", "play_time", "completion"),
        "feedback.click.value: seconds by a law, for what is clicked",
    ),
    Limit(
        ("like", "likes", "skip", "dislike", "rating", "purchase", "signals", "objectives", "multi_objective"),
        "feedback.conversion as a second outcome, with feedback.learn_from for the one that counts",
    ),
    Limit(
        ("ab_test", "experiment", "variants", "holdout"),
        "delaylab abtest, simulate(scenario, agent={...}, split={...}) in Python, or platform.canary",
    ),
    Limit(
        ("two_stage", "candidates", "candidate_generation", "retrieval"),
        "items.count: the candidates that are left to rank",
    ),
    Limit(
        ("position_bias", "examination", "positions"),
        "slate.choice: position_based(examination=[1, 0.7, 0.5]) or cascade",
    ),
    Limit(
        ("churn", "churn_rate", "retention", "lifetime_value", "ltv"),
        "users.leaving, with users.satisfaction for who leaves sooner",
    ),
    Limit(("cold_start", "new_users", "signups"), "users.arrivals for users, items.lifetime for items"),
    Limit(
        ("stock", "inventory", "sold_out", "capacity"),
        "items.lifetime or items.turnover: items go by time, whoever buys them",
    ),
    Limit(("price", "prices", "revenue", "profit"), "feedback.conversion.value: one law for all items"),
    Limit(("budget", "bid", "auction", "pacing"), "feedback.conversion.value: what a conversion pays, without a limit"),
    Limit(
        ("already_seen", "exclude_seen", "repeats", "fatigue", "boredom", "diversity"),
        "users.satiation: what is like the items shown lately is liked less",
    ),
    Limit(("rules", "filters", "constraints", "quotas"), "an agent of your own, whose policy keeps them"),
    Limit(
        ("social", "friends", "network", "virality", "word_of_mouth"), "users.trend: the taste of all moves together"
    ),
    Limit(
        ("seasonality", "holidays", "calendar"),
        "users.visits.weekly and users.visits.daily_swing; an incident of kind traffic for a single time",
    ),
    Limit(("countries", "regions", "time_zones", "segments", "devices"), "users.groups, all by one clock"),
    Limit(
        ("response_time", "timeout", "serving_latency", "qps"),
        "platform.push and platform.serving: how late versions are; answers take no time",
    ),
    Limit(
        ("outage", "downtime", "serving_down"),
        "an incident of kind traffic with a small factor: users stay away",
    ),
    Limit(("bots", "fraud", "spam"), "incidents of kind label_loss, label_duplicates and traffic"),
    Limit(
        ("attribution", "last_touch", "multi_touch"), "feedback.conversion.window: the click is the one that led to it"
    ),
    Limit(("trainers", "workers", "gpus", "parallel"), "platform.training: one trainer, as fast as you say"),
)
_BY_WORD = {word: limit for limit in LIMITS for word in limit.words}


def not_modelled(word: object) -> str | None:
    """Return the answer to a known wish, or None.

    >>> not_modelled("Dwell-Time")
    'not modelled; nearest is feedback.click.value: seconds by a law, for what is clicked'
    """
    limit = _BY_WORD.get(str(word).lower().replace("-", "_").replace(" ", "_"))
    return None if limit is None else f"not modelled; nearest is {limit.nearest}"
