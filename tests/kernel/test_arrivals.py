"""Orders of the log that are extended from refit to refit, and what is kept of pieces that stay as they are."""

from itertools import product

import numpy as np
import pytest

from agents import UCB1, Agent, Every, LinUCB, LogisticRanker, NoCorrection, ObservedOnly, RidgeRanker, Wait
from agents.learners import counts
from sim.pipeline.arrivals import Orders
from sim.tuning import Tuning
from tests.support.worlds import TASTES, run, world

CORRECTIONS = [NoCorrection, ObservedOnly, Wait]
LATE = {"feedback__click__delay": "exponential(mean=20m)", "feedback__click__window": "1h"}
SALES = {
    "feedback__conversion": {"rate": 0.5, "delay": "exponential(mean=1h)", "window": "3h"},
    "feedback__learn_from": "conversion",
}
SMALL = Tuning(log_rows=30, log_kept=30, taught_at_once=4)  # rows are dropped all the time


def log_of(rng, count):
    """Return rows in order of serving, with ties, some of which never come: number, served, delivered, closes."""
    served = np.sort(np.round(rng.uniform(0.0, 100.0, count)))
    delivered = served + np.round(rng.exponential(5.0, count))
    delivered[rng.random(count) < 0.1] = np.inf
    return served, delivered, delivered + np.round(rng.exponential(8.0, count)) * (rng.random(count) < 0.5)


@pytest.mark.parametrize("part", [3, 1 << 16])
@pytest.mark.parametrize("window", [15.0, pytest.param(40.0, marks=pytest.mark.slow), 1000.0])
@pytest.mark.parametrize("queue", [False, True], ids=["", "held back for a while"])
def test_orders_are_those_of_a_stable_sort_whatever_was_dropped(part, window, queue):
    rng = np.random.default_rng(int(window))
    served, due, closes = log_of(rng, 500)
    held = (due >= 30.0) & (due < 45.0) & queue
    delivered, closes = np.where(held, 45.0, due), np.maximum(closes, np.where(held, 45.0, due))
    orders, first, end = Orders(90.0, Tuning(rows_at_once=part, ordered_at_once=part)), 0, 0
    of_all = np.lexsort((np.arange(500), due, delivered))
    for now in np.sort(np.round(rng.uniform(0.0, 90.0, 30))):
        since = now - window
        end = max(end, int(served.searchsorted(now, side=rng.choice(["left", "right"]))))
        columns = {"delivered_at": delivered, "closes_at": closes} | ({"due_at": due} if queue else {})
        stored = {name: column[first:end] for name, column in columns.items()}
        known = [n for n in of_all if first <= n < end and delivered[n] <= now]
        rows, cut, place = orders.delivered(stored, since, now)
        assert (rows + first).tolist() == known
        assert (rows[cut:] + first).tolist() == [n for n in known if delivered[n] > since]
        if rng.random() < 0.7:
            rows, place = orders.closed(stored, since, now)
            closed = [n for n in of_all if n < end and since < closes[n] <= now]
            assert (rows + first).tolist() == sorted(closed, key=lambda n: closes[n])
            assert place == sum(1 for n in range(end) if closes[n] <= since)
        gone = int(np.argmax(~((delivered[first:end] <= now) & (closes[first:end] <= since)))) if end > first else 0
        if rng.random() < 0.5:
            orders.drop(gone)
            first += gone


def refits():
    """Yield each learner with each correction and feedback; make test tries UCB1 with all corrections, others twice."""
    learners = UCB1(), LinUCB(0.3, model="shared"), RidgeRanker(forget="2h", model="shared"), LogisticRanker()
    for m, learner in enumerate(learners):
        for n, (correction, feedback) in enumerate(product(CORRECTIONS, [LATE, SALES])):
            quick = n in (m, 5) if m else n in (0, 2, 4)
            yield pytest.param(learner, correction, feedback, marks=[] if quick else pytest.mark.slow)


@pytest.mark.long
@pytest.mark.parametrize(("learner", "correction", "feedback"), list(refits()))
def test_what_is_kept_of_a_refit_does_not_show(monkeypatch, learner, correction, feedback):
    """In pieces of four examples, with a window that moves on, and rows that are dropped."""
    monkeypatch.setattr("agents.learners.linear.PER_ITEM", 0)
    monkeypatch.setattr("agents.learners.linear.SUMMED_AT_ONCE", 4)
    monkeypatch.setattr("agents.learners.fading._MOST", 2.0)  # half-lives: what is kept is of another origin
    monkeypatch.setattr("agents.learners.counts.ROWS", 4)
    scenario = world(TASTES, horizon="8h", users__count=15, **feedback)
    agent = Agent(learner, correction(), Every("1h", refit_window="5h"))
    kept = run(scenario, agent, tuning=SMALL)
    monkeypatch.setattr("agents.learners.kept.MOST", 0)
    monkeypatch.setattr("sim.pipeline.learnt.Unlearnt.teach", teach_all)
    anew = run(scenario, agent)
    assert kept.fingerprint == anew.fingerprint
    assert kept.summary == anew.summary


def teach_all(self, examples, stored, end, now):
    """Record what is learnt without a look at what was taught before."""
    return np.sort(np.concatenate([np.empty(0), self._teach(examples, stored, end, now)]))


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_refits_compute_only_what_is_new(monkeypatch, correction):
    """The rows that are added up are a few times those of the log, not as many times as there are refits."""
    monkeypatch.setattr("agents.learners.counts.ROWS", 16)
    added, summed = [], counts.sums_of

    def watched(examples):
        added.append(len(examples))
        return summed(examples)

    monkeypatch.setattr("agents.learners.counts.sums_of", watched)
    scenario = world(TASTES, horizon="8h", users__shifts=[])
    trace = run(scenario, Agent(UCB1(), correction(), Every("30m", refit_window="2d")))
    shown = 3 * trace.summary["requests"]
    assert 0.8 * shown < sum(added) <= shown
    assert max(added) == 16
