"""How long delivery takes, file drops included, as the laws say and as runs show."""

import numpy as np
import pytest

from agents import Agent, Every, ObservedOnly, Uniform
from sim.laws import parse_law
from sim.laws.quantiles import quantile
from tests.support.worlds import CLOCKWORK, FirstItems, run, world

LAWS = [
    "released(every=6h)",
    "released(every=1h, law=exponential(mean=5m))",
    "released(every=1h, law=lognormal(median=2h, p95=9h))",
    "released(every=2h, law=constant(90m))",
    "mixture(0.3: constant(1h), 0.7: released(every=4h, law=exponential(mean=1h)))",
    "truncated(max=3h, law=released(every=1h, law=exponential(mean=2h)))",
    "released(every=1d, law=mixture(0.5: constant(1h), 0.5: exponential(mean=3d)))",
]


def of_events(text):
    """Return the seconds from request to log of clicks at any instant, as run."""
    users = {"count": 40, "visits": {"rate": "20 per day"}}
    feed = world(CLOCKWORK, horizon="60d", users=users, feedback={"click": {"delay": text}})
    shown = run(feed, Agent(Uniform(), ObservedOnly(), Every("20d"))).impressions
    early = shown[shown.request_at < 20 * 86400]
    return (early.delivered_at - early.request_at).to_numpy()


@pytest.mark.parametrize("text", LAWS)
def test_quantiles_and_means_are_those_of_a_run(text):
    law, seen = parse_law(text), of_events(text)
    assert len(seen) > 15_000
    assert law.delivered_mean == pytest.approx(seen.mean(), rel=0.03)
    for share in (0.1, 0.5, 0.95):
        assert quantile(law, share) == pytest.approx(np.quantile(seen, share), rel=0.05)


def test_the_figures_that_were_wrong():
    six, hourly = parse_law(LAWS[0]), parse_law(LAWS[1])
    assert (quantile(six, 0.5), six.delivered_mean) == (pytest.approx(3 * 3600), 3 * 3600)  # 0 s was said
    assert hourly.delivered_mean == pytest.approx(35 * 60)  # 5 min was said
    assert hourly.mean == pytest.approx(5 * 60)  # of the event, which the attribution window asks for
    assert float(hourly.cdf(np.array(300.0))) == pytest.approx(1 - np.exp(-1))


@pytest.mark.long
def test_pushes_wait_for_the_drop_too():
    feed = world(CLOCKWORK, horizon="50d", users__visits={"every": "2h"}, platform__push="released(every=6h)")
    table = run(feed, Agent(FirstItems(), ObservedOnly(), Every("97m"))).versions.iloc[1:]
    waits = 6 * 3600 - table.trained_at % (6 * 3600)  # also of those overtaken, which have no live_at
    there = table.live_at.notna()
    assert (table.live_at - table.trained_at)[there].tolist() == pytest.approx(waits[there].tolist())
    assert len(waits) > 700
    law = parse_law("released(every=6h)")
    for share in (0.25, 0.5, 0.95):
        assert quantile(law, share) == pytest.approx(np.quantile(waits, share), rel=0.02)


def test_a_share_that_never_comes_never_does():
    law = parse_law("never(p=0.25, else=released(every=6h))")
    assert float(law.delivered_cdf(np.array([3 * 3600.0]))[0]) == pytest.approx(0.375)
    assert quantile(law, 0.8) is None
    assert law.delivered_mean == np.inf
    assert float(law.delivered_cdf(np.array([-1.0]))[0]) == 0.0
