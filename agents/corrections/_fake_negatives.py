"""The stream of fake negatives and positives."""

from __future__ import annotations

import numpy as np

from sim.ports import Examples, Impressions, News


def fake_negatives(news: News) -> Examples:
    """Return a no for each serving, then the positives.

    A positive is a yes beside its no. All rows have weight 1, both kinds in log order. In a refit the positives are
    those that came within the window.
    """
    came = news.matured.label > 0
    if news.refit:
        came = came & (news.matured.delivered_at > news.since)
    yes = news.matured.take(came)
    label = np.concatenate([np.zeros(len(news.served)), np.ones(len(yes))])
    return Examples.plain(Impressions.join([news.served, yes]), label)
