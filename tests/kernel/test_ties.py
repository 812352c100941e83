"""What ties on paper ties: runs against a schedule worked out in exact fractions.

Instants on paper are whole numbers of microseconds.
"""

import re
from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from agents import Agent, Every, MicroBatch, OnDrift, Online
from sim.kernel import AgentError
from sim.laws.instants import plus, times, whole
from sim.scenario import ScenarioError
from sim.simulation import simulate
from tests.support.worlds import FirstItems, run, world

SECONDS = {"ms": Fraction(1, 1000), "s": 1, "m": 60, "h": 3600, "d": 86400}

# users, every, cadence, horizon
SCHEDULES = [
    (3, "6m", "2m", "6h"),
    (12, "1h", "5m", "12h"),
    (100, "1d", "864s", "3d"),
    (1, "1.1h", "1.1h", "3.3h"),
    (2, "1.1h", "0.55h", "22h"),
    (7, "7.7m", "1.1m", "2.2h"),
    (3, "0.1s", "0.3s", "9s"),
    (10, "0.7s", "0.07s", "10.5s"),
    (6, "0.9ms", "0.15ms", "27ms"),
]
# delay, ingest, training, the same per example, push
LATENCIES = [
    ("0s", "0s", "0s", "0s", "0s"),
    ("0.1s", "0.2s", "0.3s", "0s", "0.7s"),
    ("1.1m", "0.55m", "3.3m", "0s", "2.2m"),
    ("0.07s", "0.6s", "0.01s", "0.01ms", "0.1s"),
    ("0.03ms", "0.07ms", "0.15ms", "0s", "0.3ms"),
    ("0.55h", "0s", "1.1m", "0.1s", "0s"),
]


def paper(text):
    """Return a duration as people read it, in microseconds."""
    unit = next(u for u in ("ms", "s", "m", "h", "d") if text.endswith(u))
    length = Fraction(text.removesuffix(unit)) * SECONDS[unit] * 10**6
    assert length.denominator == 1
    return length.numerator


def seconds(micro):
    """Return the float nearest to an instant on paper."""
    return float(Fraction(micro, 10**6))


def requests(users, every, horizon):
    """Return (instant, user) of all requests, in order."""
    every, horizon = paper(every), paper(horizon)
    late = [every * u // users for u in range(users)]
    visits = product(range(1, horizon // every + 1), range(users))
    return sorted((n * every + late[u], u) for n, u in visits if n * every + late[u] <= horizon)


def known(entries, cutoff):
    """Return how many entries (instant, instant of the request) a training at a cutoff has read."""
    return bisect_left(entries, (cutoff, cutoff))


def trainings(entries, cadence, horizon, fixed, each, push):
    """Return (cutoff, entries read, live) of all trainings: one trainer, and one trigger that may wait for it."""
    made, free, waits, read = [], 0, False, 0

    def train(at):
        nonlocal free, read
        count = known(entries, at)
        free = at + fixed + each * (count - read)
        made.append((at, count, free + push))
        read = count

    for n in range(1, horizon // cadence + 1):
        if waits and free < n * cadence:
            train(free)
            waits = False
        if free >= n * cadence and n > 1:
            waits = True
        else:
            train(n * cadence)
        if waits and free == n * cadence:
            train(free)
            waits = False
    if waits and free <= horizon:
        train(free)
    return made


def on_paper(schedule, latencies):
    """Return instants of requests, of entries, and trainings."""
    users, every, cadence, horizon = schedule
    delay, ingest, fixed, each, push = map(paper, latencies)
    asked = requests(users, every, horizon)
    entries = [(at + delay + ingest, at) for at, _ in asked]
    return asked, entries, trainings(entries, paper(cadence), paper(horizon), fixed, each, push)


def scenario(schedule, latencies, **more):
    users, every, _, horizon = schedule
    delay, ingest, fixed, each, push = latencies
    keys = {"users__count": users, "users__visits__every": every, "horizon": horizon, "platform__push": push}
    keys |= {"platform__ingest": ingest, "platform__training__fixed": fixed, "platform__training__per_example": each}
    return world(feedback__click__delay=delay, **keys, **more)


def served_by(asked, made):
    """Return the version that answers each request."""
    lives = [live for _, _, live in made]
    assert lives == sorted(lives)
    return [bisect_right(lives, at) for at, _ in asked]


def upto(instants, horizon):
    return [seconds(at) if at <= horizon else None for at in instants]


def told(column):
    return [None if at != at else at for at in column.astype(float)]


FAST = {SCHEDULES[0]: (0, 1), SCHEDULES[1]: (0, 2), SCHEDULES[2]: (0, 5), SCHEDULES[3]: (0, 2), SCHEDULES[4]: (2, 5)}
FAST |= {SCHEDULES[5]: (0, 2), SCHEDULES[6]: (0, 1, 3), SCHEDULES[7]: (1, 3), SCHEDULES[8]: (0, 4)}


def cases():
    """Return every schedule with all latencies; what is no news is slow."""
    for schedule, (number, latencies) in product(SCHEDULES, enumerate(LATENCIES)):
        marks = [] if number in FAST[schedule] else [pytest.mark.slow]
        yield pytest.param(schedule, latencies, marks=marks, id=f"{schedule}-{latencies}".replace("'", ""))


@pytest.mark.long
@pytest.mark.parametrize(("schedule", "latencies"), list(cases()))
def test_a_pushed_agent_keeps_the_schedule_on_paper(schedule, latencies):
    asked, entries, made = on_paper(schedule, latencies)
    agent, horizon = Agent(FirstItems(), cadence=Every(schedule[2], refit_window=None)), paper(schedule[3])
    result = run(scenario(schedule, latencies), agent)
    assert result.requests.request_at.tolist() == [seconds(at) for at, _ in asked]
    assert result.requests.user.tolist() == [user for _, user in asked]
    assert told(result.impressions.delivered_at) == upto([at for at, _ in entries], horizon)
    versions = result.versions[1:]
    assert versions.cutoff_at.tolist() == [seconds(at) for at, _, _ in made]
    assert versions.examples.tolist() == [count for _, count, _ in made]
    assert told(versions.live_at) == upto([live for _, _, live in made], horizon)
    assert result.requests.version.tolist() == served_by(asked, made)
    if latencies == LATENCIES[1] and schedule in SCHEDULES[6:]:
        for block in (1, 7):
            assert simulate(scenario(schedule, latencies), agent, block=block).fingerprint == result.fingerprint


@pytest.mark.parametrize(("schedule", "latencies"), list(product(SCHEDULES[2:8:2], LATENCIES[:4])))
@pytest.mark.parametrize("closes", [False, True])
def test_an_online_agent_learns_at_the_instants_on_paper(schedule, latencies, closes):
    """Clicks by the delay, or silent negatives that close after a window of the same length."""
    horizon, (_, entries, _) = paper(schedule[3]), on_paper(schedule, latencies)
    silent = {"items__click_rates": [0.0, 0.0], "feedback__click__window": latencies[0]}
    if closes and latencies[0] == "0s":
        return  # there is no window of no length
    result = run(scenario(schedule, latencies, **(silent if closes else {})), Agent(FirstItems(), cadence=Online()))
    rounds = sorted({(at, at == asked) for at, asked in entries if at <= horizon})
    versions = result.versions[1:]
    assert versions.cutoff_at.tolist() == [seconds(at) for at, _ in rounds]
    read = [(at, at == asked) for at, asked in entries]
    assert versions.examples.tolist() == [bisect_right(read, one) for one in rounds]
    asked = requests(schedule[0], schedule[1], schedule[3])
    assert result.requests.version.tolist() == [bisect_left(rounds, (t, True)) for t, _ in asked]


@pytest.mark.parametrize("window", ["0.3s", "0.1s", "1.2s"])
@pytest.mark.parametrize("every", ["0.1s", "0.3s"])
def test_a_refit_window_ends_where_it_ends_on_paper(window, every):
    learner = FirstItems()
    run(world(users__visits__every="0.1s", horizon="9s"), Agent(learner, cadence=Every(every, refit_window=window)))
    for experience in learner.told:
        cutoff = round(experience.cutoff * 10)
        inside = range(max(1, cutoff - paper(window) // 10**5 + 1), cutoff)
        assert experience.news.served.request_at.tolist() == [float(Fraction(n, 10)) for n in inside]


def test_conversions_and_drops_tie_too():
    conversion = {"rate": 0.999999, "delay": "0.2s", "window": "0.7s"}
    more = {"users__visits__every": "0.1s", "horizon": "12s", "platform__ingest": "0.1s"}
    late = world(
        feedback__click__delay="0.1s", feedback__conversion=conversion, feedback__learn_from="conversion", **more
    )
    impressions = run(late, FirstItems()).impressions
    positive = impressions[impressions.status == "positive"]
    assert len(positive) > 100
    tenths = (positive.request_at * 10).round().astype(int)
    assert positive.feedback_at.tolist() == [float(Fraction(n + 3, 10)) for n in tenths]
    assert positive.delivered_at.tolist() == [float(Fraction(n + 4, 10)) for n in tenths]
    held = run(
        world(feedback__click__delay="released(every=0.3s, law=constant(0.2s))", **more), FirstItems()
    ).impressions
    held = held[held.delivered_at.notna()]
    tenths = (held.request_at * 10).round().astype(int)
    assert held.delivered_at.tolist() == [float(Fraction(3 * ((n + 2) // 3 + 1) + 1, 10)) for n in tenths]


def test_a_push_that_waits_for_a_drop_goes_live_at_it():
    """The request at the drop is answered by what it brings, however long the training took."""
    pushed = world(
        users__visits__every="0.1s", horizon="30s", platform__push="released(every=0.7s)",
        platform__training__fixed="exponential(mean=0.2s)",
    )  # fmt: skip
    result = run(pushed, Agent(FirstItems(), cadence=Every("0.9s", refit_window=None)))
    live = result.versions.live_at[1:].dropna()
    drops = {float(Fraction(7 * n, 10)): n for n in range(43)}
    assert len(live) > 20
    assert all(at in drops for at in live)
    assert set(live) <= set(result.requests.groupby("version").request_at.min())


@pytest.mark.long
def test_a_taste_moves_at_the_instant_of_its_knot():
    """Half-lives of 3.2 h have a knot every 0.1 h: visits every 0.1 h all see another taste."""
    moving = {"half_life": "3.2h", "spread": 1.0}
    scenario = world(
        users__visits__every="0.1h", horizon="2d", users__trend=moving, users__preferences={"dim": 2},
        items={"count": 2, "click_rate": 0.5},
    )  # fmt: skip
    worth = run(scenario, FirstItems()).requests.expected_reward
    assert worth.nunique() == len(worth) == 480


def test_micro_batches_meet_the_horizon():
    result = run(world(users__visits__every="0.1s", horizon="3.3s"), Agent(FirstItems(), cadence=MicroBatch("1.1s")))
    assert result.versions.cutoff_at.tolist() == [0.0, 1.1, 2.2, 3.3]
    assert result.versions.examples.tolist() == [0, 10, 21, 32]  # the request at the cutoff itself comes later


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("horizon", "0.0004ms", "horizon: '0.0004ms' is too short; at least a microsecond (0.001ms) is allowed"),
        ("users__visits__every", "1e-9s", "users.visits.every: '1e-9s' is too short"),
        ("feedback__click__window", "1e-9s", "feedback.click.window: '1e-9s' is too short"),
        ("feedback__click__delay", "released(every=1e-9s)", "every is 1e-09s, expected at least a microsecond"),
        ("platform__push", "1e-9s", "platform.push: constant: delay is 1e-09s, expected at least a microsecond"),
    ],
)
def test_what_would_never_end_is_refused(key, value, told):
    with pytest.raises(ScenarioError, match=re.escape(told)):
        world(**{key: value})


@pytest.mark.parametrize("cadence", [Every, MicroBatch, OnDrift])
def test_a_cadence_that_would_never_end_is_refused(cadence):
    with pytest.raises(ValueError, match=r"is 1e-09s, expected at least a microsecond \(0.001ms\)"):
        cadence("1e-9s")
    assert cadence("0.001ms").next(0.3) == 0.300001


def test_a_cadence_of_ones_own_that_would_never_end_is_refused():
    class Eager(Every):
        def next(self, after):
            return after + 1e-9

    with pytest.raises(AgentError, match=r"Eager failed .*: next is 1e-09, which is less than a microsecond"):
        run(world(), Agent(FirstItems(), cadence=Eager("1s")))


def test_seconds_are_rounded_to_whole_microseconds_where_they_are_on_the_schedule():
    scenario = world(horizon="1.0000004s", users__visits__every="0.1000003s", platform__push="0.2000004s")
    assert (scenario.horizon, scenario.users.visits.every, scenario.platform.push.delay) == (1.0, 0.1, 0.2)
    assert Every(1.1 * 3600).next(0.0) == 3960.0


def test_sums_of_whole_microseconds_are_exact():
    for a, b in product(range(0, 4_000_000, 99_991), range(7, 90_000_000_000_000, 9_999_999_999_937)):
        x, y, both = seconds(a), seconds(b), seconds(a + b)
        assert plus(x, y) == plus(y, x) == plus(np.array([x]), y)[0] == both
        assert plus(both, -y) == plus(np.array([both]), np.array([-y]))[0] == x
        assert times(x, 17) == seconds(17 * a)
    assert whole(1.1 * 3600) == 3960.0
    assert plus(1 / 3, 0.1) == 1 / 3 + 0.1  # what is no whole number of microseconds stays what it is
    assert plus(1 / 3, 0.0) == 1 / 3
    assert plus(0.1, float("inf")) == float("inf")
