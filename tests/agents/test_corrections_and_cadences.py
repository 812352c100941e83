"""Numbers of corrections and cadences, worked out by hand."""

import numpy as np

from agents import (
    After,
    Agent,
    DailyAt,
    Every,
    LogisticRanker,
    MicroBatch,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    Wait,
)
from sim.pipeline.guard import Guarded
from sim.ports import News
from tests.support.logs import (
    impressions,
    nothing,
    pending,
)


def test_no_correction_row_by_row():
    rows = impressions(3)
    positive = rows.take(np.array([1]))
    examples_ = NoCorrection().examples(News(5.0, False, pending(rows), _as(positive, 1.0)))
    assert examples_.label.tolist() == [0, 0, 0, 0, 1]
    assert examples_.weight.tolist() == [1, 1, 1, -1, 1]
    assert examples_.impressions.visit.tolist() == [0, 1, 2, 1, 1]


def _as(rows, label):
    return rows.replace(label=np.full(len(rows), label))


def test_wait_holds_early_positives_till_their_closing():
    rows = _as(impressions(1, window=100.0), 1.0)
    at = float(rows.request_at[0])
    wait, only = Wait(), ObservedOnly()
    early = News(at + 50.0, False, nothing(), rows)
    assert len(wait.examples(early)) == 0
    assert len(only.examples(early)) == 1
    assert len(wait.examples(News(at + 99.0, False, nothing(), nothing()))) == 0
    assert wait.examples(News(at + 100.0, False, nothing(), nothing())).label.tolist() == [1.0]
    assert len(wait.examples(News(at + 101.0, False, nothing(), nothing()))) == 0


def test_a_learner_that_cannot_take_back_is_not_asked_to():
    rows = _as(impressions(2), 1.0)
    agent = Guarded(Agent(LogisticRanker(), NoCorrection(), Every("1h")))
    assert agent.examples(News(5.0, False, pending(rows), rows)).weight.tolist() == [1, 1, 1, 1]


def test_grids_are_exact():
    assert [Every("0.1s").next(0.1 * k) for k in (1, 2, 3)] == [0.2, 0.3, 0.4]
    assert DailyAt("03:00").next(10800.0) == 97200.0
    assert MicroBatch("5m").next(299.999) == 300.0
    assert After(3).feedbacks == 3


def test_drift_fires_when_predictions_no_longer_fit():
    for detector in ("adwin", "page_hinkley"):
        cadence = OnDrift("10m", detector=detector)
        rows = impressions(1)
        rng = np.random.default_rng(0)

        def matured(rate, n=400, rows=rows, rng=rng):
            many = rows.take(np.zeros(n, dtype=np.intp))
            return many.replace(label=(rng.uniform(size=n) < rate).astype(float), predicted=np.full(n, 0.2))

        looks = [cadence.wants(matured(0.2)) for _ in range(15)]
        assert [k + 1 for k, wanted in enumerate(looks) if wanted] == [1, 2, 4, 8], detector  # the data doubled
        assert any(cadence.wants(matured(0.7)) for _ in range(3)), detector  # it fired: doubling comes at look 16 first


def test_what_was_served_without_an_estimate_is_no_drift():
    cadence = OnDrift()
    rows = impressions(400)
    silent = rows.replace(predicted=np.full(400, np.nan), label=np.ones(400))
    fits = rows.replace(predicted=np.zeros(400), label=np.zeros(400))
    assert [cadence.wants(part) for part in (nothing(), silent, fits, nothing())] == [False, True, True, False]
    assert not cadence.wants(silent.replace(label=np.zeros(400)))
