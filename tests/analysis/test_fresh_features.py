"""Fresh features or a fresh model: the map over latency and drift in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents import Agent, DailyAt, MicroBatch, NoCorrection, RidgeRanker, Softmax
from sim import Run, compare, simulate
from sim.analysis.fresh_features import LATENCY, answer, asks
from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.verdict_map import BATCH, ONLINE, UNDECIDED, verdict_map
from sim.lab.report.decisions.fresh_features import FreshFeatures
from sim.ports import Cadence
from sim.score import Scores

DRIFT = "scenario.users.drift.spread"
LUCK = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 2.5, 3.5])
NOISE = np.array([0.02, -0.01, 0.005, -0.015, 0.0, 0.01, -0.01, 0.0])


def one(drift: float, latency: str | None, more: float, turn: int = 1) -> Contender:
    """Return the nightly agent with features, or the online one without, in the world of its drift."""
    parts = {"cadence": "online", "ship": "in_place"} if latency is None else {"cadence": "nightly", "ship": "push"}
    regret = LUCK + more + np.roll(NOISE, turn)
    scores = Scores({"regret/at_base_rate": float(regret.mean())})
    told = {"scenario": "s", "learner": "ridge", DRIFT: drift, LATENCY: latency, **parts}
    return Contender((), told, f"drift {drift}", {(0, n): float(r) for n, r in enumerate(regret)}, scores)


def made() -> list[Contender]:
    still = [one(0.0, None, 0.0, 0), one(0.0, "1d", 0.0, 1), one(0.0, "1m", 0.0, 2)]
    moving = [one(2.5, None, 0.0, 0), one(2.5, "1m", -0.3, 1), one(2.5, "6h", 0.0, 2), one(2.5, "1d", 0.3, 3)]
    return [*moving, *still]


def test_each_latency_is_compared_with_the_online_model_that_sees_nothing() -> None:
    found = verdict_map(made())
    assert found is not None
    assert asks(found)
    assert len(found.places) == 5
    assert [found.count(verdict) for verdict in (BATCH, ONLINE, UNDECIDED)] == [1, 1, 3]


def test_a_sentence_for_each_drift_names_latencies_by_size() -> None:
    found = verdict_map(made())
    assert found is not None
    assert answer(found) == (
        "The fresh model is better in 1 of 5 worlds, fresh features in 1; 3 are not decided.",
        "Drift spread 0.0: neither is known to be better with features 1m, 1d late.",
        "Drift spread 2.5: fresh features are better with features 1m late; neither is known to be better with "
        "features 6h late; the fresh model is better with features 1d late.",
    )


def test_a_map_that_decides_nothing_says_so() -> None:
    found = verdict_map([one(drift, late, 0.0, n) for drift in (0.0, 2.5) for n, late in enumerate((None, "1m", "1d"))])
    assert found is not None
    assert answer(found)[0] == "Not decided: neither is known to be better in any of 4 worlds."


def test_an_online_model_with_the_same_features_is_the_counterpart_if_there_is_one() -> None:
    seeing = one(2.5, "1m", -0.5, 4)
    online = replace(seeing, settings=seeing.settings | {"cadence": "online", "ship": "in_place"})
    found = verdict_map([*made(), online])
    assert found is not None
    (place,) = (p for p in found.places if p.batch.settings[LATENCY] == "1m" and p.batch.settings[DRIFT] == 2.5)
    assert place.online.settings[LATENCY] == "1m"


def test_the_answer_has_its_table_in_words_of_its_own() -> None:
    answered = FreshFeatures({}).answer(compared(made()))
    assert answered is not None
    found = answered.answer
    told = {column.heading: list(column.cells) for column in found.shown[0].columns}
    assert told["features late by"] == ["1d", "1m", "1m", "6h", "1d"]
    assert told["better"] == [UNDECIDED, UNDECIDED, "fresh features", UNDECIDED, "fresh model"]
    assert found.tables["table"]["difference"].tolist() == pytest.approx([0.0, 0.0, -0.3, 0.0, 0.3])
    assert FreshFeatures({}).answer(compared(made()[:4])) is None


@pytest.mark.drawn
def test_the_figure_answers_in_plain_words() -> None:
    answered = FreshFeatures({}).answer(compared(made()))
    assert answered is not None
    found, draw = answered
    made_of = draw(9.0, f"{found.question}\n{found.told}")
    (axes,) = made_of.axes
    said = [one.get_text() for one in axes.texts]
    assert (said.count("fresh model"), said.count("fresh features"), said.count(UNDECIDED)) == (1, 1, 3)
    assert axes.get_ylabel().replace("\n", " ") == "how far each user's taste drifts"
    above = " ".join(made_of.get_suptitle().split())
    assert above.startswith(found.sentences[0])
    assert "in place: it pays no push" in above
    assert not draw(6.5, "").get_suptitle().strip()  # a page has all this as text


def moving(recent: str | None, cadence: Cadence, forget: str | None, **tastes: dict[str, Any]) -> Run:
    """Return a run where tastes are alike at first, scored from the second night's training on.

    Args:
        recent: the latency of features; None: there are none.
        cadence: of the trainer.
        forget: half-life of what the model learnt.
        tastes: ``drift`` (each user's own) or ``trend`` (everybody's).
    """
    world = {
        "name": "moving",
        "horizon": "2d",
        "users": {
            "count": 40,
            "visits": {"rate": "24 per day"},
            "preferences": {"dim": 2, "spread": 0.0},
            "observed": {"recent": recent and {"half_life": "6h", "latency": recent}},
            **tastes,
        },
        "items": {"count": 8, "click_rate": 0.2},
        "slate": {"size": 2, "choice": "bernoulli"},
        "feedback": {"click": {"delay": "constant(1m)", "window": "1h"}},
        "platform": {"training": {"fixed": "0s", "per_example": "0s"}, "push": "0s"},
    }
    agent = Agent(Softmax(RidgeRanker(forget=forget), 0.05), NoCorrection(), cadence)
    return simulate(world, agent, seed=0, replications=4, score_from="27h", trace=False)


NIGHTLY = DailyAt("03:00", refit_window="7d")


@pytest.mark.slow
def test_own_tastes_are_followed_by_features_and_by_no_model_however_fresh() -> None:
    """What one user likes says nothing of the others, so that an old model of all loses next to nothing by its age."""
    own = {"drift": {"half_life": "12h", "spread": 4.0}}
    online = moving(None, MicroBatch("1h"), "6h", **own)
    nightly = {name: moving(name, NIGHTLY, None, **own) for name in ("1m", "3d")}
    found = compare({"online": online, **nightly}, baseline="online")
    assert found.loc["1m", "behind/high"] < -0.1
    assert -0.1 < found.loc["3d", "behind/low"] < found.loc["3d", "behind/high"] < 0.1
    without = moving(None, NIGHTLY, None, **own)  # features that are later than the horizon are none
    assert without.replicates == nightly["3d"].replicates


@pytest.mark.slow
def test_a_taste_that_all_share_is_followed_by_a_fresh_model() -> None:
    """A nightly model serves for six half-lives of the taste; features that never come cannot help it."""
    shared = {"trend": {"half_life": "4h", "spread": 3.0}}
    online, old = moving(None, MicroBatch("20m"), "3h", **shared), moving("3d", NIGHTLY, None, **shared)
    found = compare({"online": online, "nightly": old}, baseline="online")
    assert found.loc["nightly", "behind/low"] > 0.1
