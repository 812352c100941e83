"""Features from a user's own clicks, as fresh as the log and the instants at which they are computed."""

import numpy as np
import pytest

from agents import Agent, Never, ObservedOnly, Online
from sim.kernel.serving import serve
from sim.pipeline import Version
from sim.scenario import Scenario, ScenarioError
from sim.simulation import simulate
from sim.tuning import Tuning
from sim.world import World
from tests.support.worlds import ALWAYS_SINGLE, TASTES, FirstItems, run, world

HOUR = 3600.0
LITTLE = Tuning(log_rows=2, log_most_rows=2, log_kept=4, clicks_kept=1)


class Noted(FirstItems):
    """Keeps what it saw of each request, and of each item."""

    def __init__(self):
        super().__init__()
        self.seen, self.items = {}, {}

    def act(self, observations):
        for user, visit, row in zip(observations.user, observations.visit, observations.features, strict=True):
            self.seen[int(user), int(visit)] = row.copy()
        self.items |= dict(zip(observations.catalogue.ids.tolist(), observations.catalogue.features, strict=True))
        return super().act(observations)


def weights(delay, recent, visits=8, **changes):
    """Return the weight of the only item in what is seen at hourly visits, each of which is clicked."""
    scenario = world(
        horizon=f"{visits}h",
        users={"count": 1, "visits": {"every": "1h"}, "preferences": {"dim": 2}, "observed": {"recent": recent}},
        items={"count": 1, "click_rate": 0.9999999},
        slate={"size": 1, "link": "identity"},
        **{"feedback__click__delay": delay} | changes,
    )
    noted = Noted()
    run(scenario, Agent(noted, cadence=Never()))
    assert all(len(row) == 3 for row in noted.seen.values())
    x = noted.items[0]
    rows = np.array([noted.seen[0, visit][1:] for visit in range(visits)])
    np.testing.assert_allclose(rows, (rows @ x / (x @ x))[:, None] * x, atol=1e-12)
    return (rows @ x / (x @ x)).tolist()


def sums(first, visits=8):
    """Return the sums of 2^-age over ages of ``first`` hours and more."""
    return [sum(2.0**-age for age in range(first, n + 1)) for n in range(visits)]


def test_a_click_counts_from_the_first_request_after_its_entry():
    about = {"half_life": "1h"}
    assert weights("constant(0s)", about) == pytest.approx(sums(1))
    assert weights("constant(90m)", about) == pytest.approx(sums(2))
    assert weights("constant(1h)", about) == pytest.approx(sums(1))  # at the same instant the log comes first
    assert weights("constant(40m)", about, platform__ingest="constant(30m)") == pytest.approx(sums(2))
    assert weights("released(every=2h)", about)[:4] == pytest.approx([0, 0.5, 0.25, 0.5 + 0.25 + 0.125])


def test_latency_and_refresh_make_it_older():
    assert weights("constant(0s)", {"half_life": "1h", "latency": "1h"}) == pytest.approx(sums(1))
    assert weights("constant(1ms)", {"half_life": "1h", "latency": "1h"}) == pytest.approx(sums(2))
    found = weights("constant(0s)", {"half_life": "1h", "refresh": "2h"})
    # the visits are at 1, 2, ... 8 hours; what is computed at k = 0, 2, 4, ... knows the clicks up to k
    ages = [[k - at for at in range(1, k + 1) if at < now] for now in range(1, 9) for k in [now // 2 * 2]]
    assert found == pytest.approx([sum(2.0**-age for age in own) for own in ages])


def test_what_is_not_credited_is_no_entry():
    """A click after its window closes as a no; one that is lost never comes."""
    late = "mixture(0.5: constant(10m), 0.5: constant(50m))"
    about = {"half_life": "1h"}
    all_of_them, some = (weights(late, about, feedback__click__window=window) for window in ("50m", "49m"))
    assert all_of_them == pytest.approx(sums(1))
    assert 0 < some[-1] < all_of_them[-1]


def test_it_is_the_clicks_own_entry_where_conversions_are_learnt():
    shop = {"rate": 0.5, "delay": "constant(5h)", "window": "6h"}
    changes = {"feedback__conversion": shop, "feedback__learn_from": "conversion", "feedback__click__window": "2h"}
    assert weights("constant(90m)", {"half_life": "1h"}, **changes) == pytest.approx(sums(2))


@pytest.mark.parametrize(
    ("refresh", "options"),
    [
        *((0.0, options) for options in ({}, {"tuning": LITTLE})),
        *((2700.0, options) for options in ({"block": 7}, {"tuning": ALWAYS_SINGLE})),
        pytest.param(0.0, {"block": 1}, marks=pytest.mark.slow),
        pytest.param(2700.0, {"tuning": LITTLE}, marks=pytest.mark.slow),
    ],
)
@pytest.mark.long
def test_it_is_the_sum_over_the_log(options, refresh):
    """The sum that users carry is that over all their entries so far."""
    about = {"half_life": "5h", "latency": "20m", "refresh": f"{refresh}s"}
    delay = "mixture(0.5: exponential(mean=10m), 0.5: exponential(mean=5h))"
    scenario = Scenario.load(
        TASTES,
        {
            "users.observed.recent": about,
            "feedback.click.delay": delay,
            "feedback.click.window": "9h",
            "users.count": 20,
        },
    )
    noted = Noted()
    traced = simulate(scenario, Agent(noted, ObservedOnly(), Online()), trace=True, **options)
    clicks = traced.impressions[traced.impressions.status == "positive"]
    assert len(clicks) > 50
    user, clicked, come_at = (clicks[name].to_numpy() for name in ("user", "request_at", "delivered_at"))
    items = np.array([noted.items[item] for item in clicks.item])
    waits = 0
    for request in traced.requests.itertuples():
        k = request.request_at // refresh * refresh if refresh else request.request_at
        own = (user == request.user) & (clicked < request.request_at)
        come = own & (come_at <= k - 1200)
        waits += own.sum() - come.sum()
        expected = 2 ** (-(k - clicked[come]) / (5 * HOUR)) @ items[come]
        np.testing.assert_allclose(noted.seen[request.user, request.visit][-4:], expected, rtol=1e-9, atol=1e-12)
    assert waits > 35


@pytest.mark.long
def test_clicks_that_nobody_waits_for_are_dropped():
    scenario = Scenario.load(TASTES, {"users.observed.recent": {"half_life": "5h"}, "horizon": "3d"})
    here = World(scenario, 0, 0, Tuning(clicks_kept=16))
    most, version = 0, Version(0, 0.0, 0, FirstItems(), trained_at=0.0, live_at=0.0)
    while (until := here.reach(scenario.horizon, 50)) is not None:
        parts = [serve(here, here.first_batch(until), version)]
        while (more := here.next_batch(parts[-1], until)) is not None:
            parts.append(serve(here, more, version))
        here.commit(here.respond(here.merged(parts)))
        most = max(most, here._recent._end)
    assert 16 <= most < 400  # of some 900 clicks


def test_without_tastes_it_is_refused():
    with pytest.raises(ScenarioError, match=r"users.observed.recent: has no effect while users.preferences.dim is 0"):
        world(users__observed={"recent": {"half_life": "1h"}})
    with pytest.raises(ScenarioError, match=r"refresh: '0.0001ms' is too short"):
        Scenario.load(TASTES, {"users.observed.recent": {"half_life": "1h", "refresh": "0.0001ms"}})


def test_off_it_costs_no_state():
    states = World(Scenario.load(TASTES), 0, 0)._states
    assert len(states.recent) == len(states.recent_at) == len(states.waiting) == 0
