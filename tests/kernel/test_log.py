"""What the log drops, when, and that it lets go of it."""

import weakref
from copy import deepcopy

import numpy as np
import pytest

from agents import Agent, ObservedOnly, Online
from sim.kernel.single.scheduled_impressions import ScheduledImpressions
from sim.pipeline import Log, LogWriter
from sim.ports import Slates
from sim.tuning import Tuning
from tests.support.worlds import CLOCKWORK, run, world


class RefitAtOnce(Online):
    """Start over from the last hour at each piece of feedback."""

    refit_window = 3600.0


class ByCount:
    """A learner and policy in one: shows what follows from how much it was told, so that a row too few is seen."""

    def __init__(self, told=0):
        self._told = told

    def train(self, experience):
        self._told = 17 * len(experience.news.matured) + 31 * len(experience.news.served) + len(experience.pending)

    def policy(self):
        return ByCount(self._told)

    def act(self, observations):
        ids = observations.catalogue.ids
        slate = ids[(self._told + np.arange(observations.size)) % len(ids)]
        return Slates(np.tile(slate, (len(observations), 1)))


@pytest.mark.long
def test_writing_down_who_comes_later_drops_nothing_that_a_training_before_still_needs():
    """Few requests, and many trainings between two of them, each over an hour."""
    tuning = Tuning(log_rows=32, log_most_rows=32, log_kept=32, single_scores=0)  # 16 requests at a time
    users = {"count": 3, "visits": {"rate": "30 per day"}}
    click = {"delay": "exponential(mean=4h)", "window": "3h"}
    scenario = world(
        CLOCKWORK,
        horizon="2d",
        users=users,
        items={"count": 50, "click_rate": 0.3},
        slate={"size": 3, "choice": "bernoulli"},
        feedback={"click": click},
    )
    agent = Agent(ByCount(), ObservedOnly(), RefitAtOnce())
    prints = {run(scenario, agent, block=b, tuning=tuning).fingerprint for b in (1, None)}
    assert len(prints) == 1


def test_a_copy_reads_its_own_rows():
    """A replay copies the log between two requests that were computed ahead."""
    columns = {name: np.arange(3, dtype=kind) for name, kind in (("request_at", float), ("user", int), ("visit", int))}
    look_up = lambda ids: np.zeros((len(ids), 1))  # noqa: E731
    log = Log(lambda: (look_up, look_up), None, keeps=True, looks=False, horizon=10.0)
    writer = LogWriter(log)
    said = ScheduledImpressions(writer.end, 1, [0.0, 1.0, 2.0], lambda request: np.ones((1, 1)))
    writer.schedule(columns, said)

    def show(item):
        for column, value in ((said.item, item), (said.propensity, 1.0), (said.predicted, 0.5)):
            column.append(value)
        said.outcomes.append((float(item), 9.0, True))
        writer.append(said.outcomes[-1:])

    show(1)
    assert writer.take_only(1.0)[0] == 1
    log.read(1.0)
    assert log.take_news(1.0).served.item.tolist() == []
    show(2)
    copied = deepcopy(log)
    copied.read(2.0)
    show(4)
    assert copied.take_news(2.0).matured.item.tolist() == [2]
    log.read(4.0)
    news = log.take_news(4.0)
    assert news.matured.item.tolist() == news.served.item.tolist() == [2, 4]
    assert news.matured.request_at.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("drops", [True, False])
def test_rows_that_moved_are_not_kept_alive_where_they_were(drops):
    """What has matured long ago is dropped; what is pending takes more room."""

    def ones(ids):
        return np.ones((len(ids), 1))

    log = Log(lambda: (ones, ones), 10.0, keeps=True, looks=False, horizon=1e9)

    def serve(at):
        count = len(at)
        instants = dict.fromkeys(("request_at", "delivered_at", "closes_at"), at)
        others = ("user", "visit", "position", "item", "propensity", "predicted", "label")
        log.append(instants | dict.fromkeys(others, np.zeros(count)))

    serve(np.arange(1000.0))
    log.read(999.0 if drops else -1.0)
    log.take_news(999.0 if drops else -1.0)
    old = weakref.ref(log._rows["item"])
    serve(np.arange(1000.0, 1900.0))
    assert (log._end - log._first == 1900) is not drops
    assert old() is None
