"""What impressions settle to is told to a correction with needs_truth while it makes examples, and to nobody else."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, LinUCB, ObservedOnly, Online
from sim.kernel import AgentError
from sim.ports import Impressions
from sim.simulation import simulate
from tests.contracts.shelves import CADENCES, CORRECTIONS, LEARNERS, make
from tests.faults.broken import Fine
from tests.support.corrections import Knowing, Sceptical
from tests.support.worlds import CLOCKWORK, TASTES, run, world

# each way to the column of some rows
WAYS = {
    "rows": lambda rows: rows,
    "some": lambda rows: rows.take(np.arange(len(rows))),
    "part": lambda rows: rows.part(0, len(rows)),
    "joined": lambda rows: Impressions.join([rows, rows]),
    "replaced": lambda rows: rows.replace(visit=np.zeros(len(rows))),
    "kept": lambda rows: rows.kept(),
    "until": lambda rows: rows.until("request_at", np.inf),
}
UNTOLD = "outcome is the truth: only a correction with needs_truth reads it|have no column 'outcome'"


def tell(rows):
    """Say which ways there are to the truth about rows."""
    found = []
    for name, way in WAYS.items():
        try:
            found.append((name, way(rows).outcome.tolist()))
        except AttributeError as error:
            if not any(part in str(error) for part in UNTOLD.split("|")):
                raise
    return found


class Snooping(Fine):
    """A learner that looks for the truth in all that it is handed, and in what it was handed."""

    def __init__(self):
        self.held = []

    def policy(self):
        return Fine()

    def predict(self, impressions):
        assert tell(impressions) == []
        return np.full(len(impressions), np.nan)

    def train(self, experience):
        news = experience.news
        own = [experience.examples.impressions, news.served, news.matured, experience.pending]
        for rows in [*own, *self.held]:
            assert tell(rows) == []
        self.held = own


class SnoopingCadence(Every):
    def __init__(self):
        super().__init__("10s", refit_window=None)

    def wants(self, matured):
        assert tell(matured) == []
        return True


class SnoopingCorrection:
    def examples(self, news):
        return ObservedOnly().examples(news) if tell(news.served) == tell(news.matured) == [] else None


class Joining(Knowing):
    """Reads the truth in all ways, holds the rows, and hands them on."""

    def __init__(self):
        self.held = []

    def examples(self, news, model):
        rows = Impressions.join([*self.held, news.served])
        self.held = [news.served]
        assert [name for name, _ in tell(rows)] == [name for name in WAYS if name != "kept"]
        if model is not None:
            model.predict(rows)
            assert tell(rows)
        return super().examples(news)


LATE = {"feedback__click__delay": "never(p=0.4, else=exponential(mean=30s))", "items__click_rates": [0.6, 0.3]}


@pytest.mark.parametrize("correction", [Knowing, Joining, SnoopingCorrection, Sceptical, ObservedOnly])
def test_nobody_else_is_told(correction):
    run(world(**LATE), Agent(Snooping(), correction(), SnoopingCadence()))
    run(world(**LATE), Agent(Snooping(), correction(), Online()))


def test_who_is_not_told_fails_by_name():
    class Greedy(Knowing):
        needs_truth = False

    with pytest.raises(
        AgentError, match=f"Greedy failed to make examples for version 1 at 10 s.*{UNTOLD.split('|', maxsplit=1)[0]}"
    ):
        run(world(**LATE), Agent(Fine(), Greedy(), Every("10s")))


@pytest.mark.parametrize("cadence", [Online(), Every("10s"), Every("10s", refit_window=None)])
def test_the_truth_is_what_the_trace_says(cadence):
    told = {}

    class Noting(Knowing):
        def examples(self, news):
            rows = news.served
            told.update(zip(rows.visit.tolist(), rows.outcome.tolist(), strict=True))
            return super().examples(news)

    window = {"feedback__click__window": "40s", "horizon": "300s"}
    impressions = run(world(**LATE | window), Agent(BetaThompson(), Noting(), cadence)).impressions
    assert len(told) > 100
    assert set(told.values()) == {0.0, 1.0}
    credited = impressions.feedback_at - impressions.request_at <= 40.0
    assert told == {v: float(credited[v]) for v in told}


def test_what_never_comes_back_settles_to_nothing():
    told = []

    class Noting(Knowing):
        def examples(self, news):
            told.extend(news.served.outcome.tolist())
            return super().examples(news)

    run(
        world(**LATE), Agent(BetaThompson(), Noting(), Every("10s", refit_window=None))
    )  # explicit noes, without window
    assert 0.3 < np.isnan(told).mean() < 0.5


def test_with_the_truth_a_rate_is_learnt_before_any_click_comes():
    late = {"feedback__click__delay": "constant(1h)", "feedback__click__window": "2h", "horizon": "3h"}
    scenario = world(
        CLOCKWORK | {"users": {"count": 20, "visits": {"every": "10s"}}}, items__click_rates=[0.7, 0.3], **late
    )
    found = {
        type(part).__name__: simulate(scenario, Agent(LinUCB(), part, Every("10m")), seed=1, score_from="30m").summary
        for part in (Knowing(), ObservedOnly())
    }
    assert found["Knowing"]["regret/normalised"] < 0.01 < 0.2 < found["ObservedOnly"]["regret/normalised"]
    assert found["Knowing"]["staleness/unlearned/mean"] < 2.0 * 20 * 60  # learnt by the training after the request


def test_blocks_change_nothing():
    prints = {
        run(world(TASTES, horizon="3h", users__shifts=[]), Agent(LinUCB(), Knowing(), Online()), block=n).fingerprint
        for n in (1, 7, None)
    }
    assert len(prints) == 1


@pytest.mark.parametrize("part", [*LEARNERS, *CORRECTIONS, *CADENCES], ids=lambda part: part.__name__)
def test_no_part_but_a_correction_says_that_it_needs_the_truth(part):
    """Policies have an attribute of the same name, for the best slate."""
    assert part in CORRECTIONS or not getattr(make(part), "needs_truth", False)
