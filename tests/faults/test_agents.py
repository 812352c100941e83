"""An agent that fails or says nonsense: a line that names its class, the version and the instant, never a number.

Each is asked in blocks, and one request at a time as online learning is; the line is the same.
"""

import re

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, LinUCB, LogisticRanker, NoCorrection, ObservedOnly, Online, RidgeRanker
from sim.kernel import AgentError
from sim.ports import Slates
from sim.simulation import simulate
from tests.faults import broken
from tests.faults.broken import Cadence, Correction, Fine, Scribbler, TrainingScribbler
from tests.support.worlds import TASTES, run, world

TWO = {"items__click_rates": [1.0, 0.5, 0.5], "slate__size": 2}
CADENCES = {"block": Every("10s", refit_window=None), "online": Online()}
FAULTS = {
    "FailsToBegin": r"FailsToBegin failed to begin as version 0 at 0 s: RuntimeError\('no space'\)",
    "FailsToTrain": r"FailsToTrain failed while training version 1 at \d+ s: RuntimeError\('no more'\)",
    "FailsToGivePolicy": r"FailsToGivePolicy failed to give policy 0 at 0 s: RuntimeError\('none'\)",
    "GivesNoPolicy": r"GivesNoPolicy failed to give policy 0 at 0 s: int is no policy, it has no method act\(\)",
    "FailsToAct": r"FailsToAct failed to answer as version 0 at \S+ s: KeyError\(7\)",
    "SaysNothing": r"SaysNothing failed to answer as version 0 at \S+ s: slates have shape \(\), expected",
    "Repeats": r"Repeats failed .* version 0 at \S+ s: an item is shown twice in one slate",
    "ShowsTheDead": r"ShowsTheDead failed .* version 0 at \S+ s: item 1000 is not alive",
    "ShowsTheUnborn": r"ShowsTheUnborn failed .* version 0 at \S+ s: item -1 is not alive",
    "OneRowTooFew": r"OneRowTooFew failed .* version 0 at \S+ s: slates have shape \(\d+, 2\), expected \(n_requests",
    "OneItemTooFew": r"OneItemTooFew failed .* version 0 at \S+ s: slates have shape \(\d+, 1\), expected \(n_requests",
    "FloatIds": r"FloatIds failed .* version 0 at \S+ s: slates hold float64, expected whole item ids",
    "BoolIds": r"BoolIds failed .* version 0 at \S+ s: slates hold bool, expected whole item ids",
    "InfinitePredicted": r"InfinitePredicted failed .* at \S+ s: a predicted outcome is not a finite number",
    "ImpossiblePropensity": r"ImpossiblePropensity failed .* at \S+ s: a propensity is not a probability",
    "NegativePropensity": r"NegativePropensity failed .* at \S+ s: a propensity is not a probability",
    "ComplexPredicted": r"ComplexPredicted failed .* at \S+ s: predicted holds complex128, expected real numbers",
    "TextPropensity": r"TextPropensity failed .* at \S+ s: propensity holds <U3, expected real numbers",
    "FlatPropensity": r"FlatPropensity failed .* at \S+ s: propensity has shape \(\d+,\), expected",
}


def said(agent, scenario=None):
    """Return what a run says when it fails."""
    with pytest.raises(AgentError) as caught:
        run(scenario or world(**TWO), agent)
    return str(caught.value)


@pytest.mark.parametrize("cadence", CADENCES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_learner_or_policy_that_breaks_its_contract_is_named(fault, cadence):
    agent = Agent(getattr(broken, fault)(), ObservedOnly(), CADENCES[cadence])
    assert re.match(FAULTS[fault], said(agent)), said(agent)


@pytest.mark.parametrize("cadence", CADENCES)
@pytest.mark.parametrize("path", ["at", "user", "visit", "features", "keys", "catalogue.ids", "catalogue.features"])
def test_a_policy_cannot_write_into_the_world(path, cadence):
    scenario = world(TASTES, horizon="6h", users__satisfaction__return_effect=0.0, users__satiation__strength=0.0)
    text = said(Agent(Scribbler(path), ObservedOnly(), CADENCES[cadence]), scenario)
    assert re.match(r"Scribbler failed to answer as version 0 at \S+ s: ValueError\('assignment dest", text), text


@pytest.mark.parametrize("part", ["examples.impressions", "news.matured", "pending"])
@pytest.mark.parametrize("column", ["label", "request_at", "item", "user_features"])
def test_a_learner_cannot_write_into_the_log(part, column):
    text = said(Agent(TrainingScribbler(part, column), ObservedOnly(), Every("10s", refit_window=None)))
    assert re.match(r"TrainingScribbler failed while training version 1 at 10 s: ValueError\('assignment", text), text


@pytest.mark.parametrize("learner", [LinUCB(), LogisticRanker()], ids=lambda x: type(x).__name__)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("raises", r"RuntimeError\('no labels'\)"),
        ("nothing", r"AttributeError|examples are NoneType, expected Examples"),
        ("short_labels", r"labels are \(8,\), weights \(9,\); \(9,\) is expected"),
        ("short_weights", r"labels are \(9,\), weights \(8,\); \(9,\) is expected"),
        ("nan_weights", "a weight is not a finite number"),
        ("infinite_weights", "a weight is not a finite number"),
        ("infinite_labels", "a label is inf, expected a finite number"),
        ("nan_labels", "a label is nan, expected a finite number"),
        ("complex_weights", "labels hold float64, weights complex128; real numbers are expected"),
    ],
)
def test_a_correction_that_talks_nonsense_is_named(learner, change, why):
    text = said(Agent(learner, Correction(change), Every("10s", refit_window=None)), world())
    assert re.match(rf"Correction failed to make examples for version 1 at 10 s: ({why})", text), text


class OwnSpec:
    """An agent that is no `Agent`: it knows no other learners."""

    def __init__(self, agent):
        self.learner, self.correction, self.cadence, self.ship = agent.learner, agent.correction, agent.cadence, "push"

    def fresh(self):
        return self


@pytest.mark.parametrize("refit", [None, "1m"])
def test_labels_that_a_learner_does_not_take_are_refused_with_those_that_would_do(refit):
    cadence = Every("10s", refit_window=refit)
    real, soft = (", ".join(Agent.learners_taking(kind)) for kind in ("real", "soft"))
    assert "LinUCB" in real
    assert ("LogisticRanker" in real, "LogisticRanker" in soft) == (False, True)
    for learner, change, why in (
        (
            BetaThompson(),
            "odd_labels",
            f"a label is 1.5, and BetaThompson takes 0 or 1; these learners would do: {real}",
        ),
        (
            BetaThompson(),
            "half_labels",
            f"a label is 0.5, and BetaThompson takes 0 or 1; these learners would do: {soft}",
        ),
        (LogisticRanker(), "odd_labels", f"a label is 1.5, and LogisticRanker takes from 0 to 1; .* would do: {real}"),
        (Fine(), "half_labels", f"a label is 0.5, and Fine takes 0 or 1; these learners would do: {soft}"),
    ):
        agent = Agent(learner, Correction(change), cadence)
        text = said(agent, world())
        assert re.fullmatch(rf"Correction failed to make examples for version 1 at 10 s: {why}", text), text
        with pytest.raises(AgentError, match=why.partition("; ")[0] + "$"):
            simulate(world(), OwnSpec(agent))
    for learner, change in (
        (LinUCB(), "odd_labels"),
        (LogisticRanker(), "half_labels"),
        (RidgeRanker(), "half_labels"),
    ):
        run(world(), Agent(learner, Correction(change), cadence))


@pytest.mark.parametrize("change", ["odd_labels", "half_labels"])
def test_a_single_label_is_refused_as_many_are(change):
    text = said(Agent(BetaThompson(), Correction(change), Online()), world(feedback__click__delay="constant(500ms)"))
    assert re.match(
        r"Correction failed .* version 1 at 1.5 s: a label is (1.5|0.5), and BetaThompson takes 0 or 1", text
    )
    run(world(), Agent(LinUCB(), Correction(change), Online()))


@pytest.mark.parametrize("change", ["whole_numbers", "truths", "lists"])
def test_numbers_of_another_kind_are_learnt_from_alike(change, monkeypatch):
    monkeypatch.setattr("agents.learners.gram.REFRESH", 10)
    prints = {
        run(world(), Agent(LinUCB(), correction, Online())).fingerprint
        for correction in (ObservedOnly(), Correction(change))
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("cadence", "why"),
    [
        (Cadence(following=lambda after: after), "to say when to look after 10 s: next is 10.0, expected a later"),
        (Cadence(following=lambda after: after - 1), "to say when to look after 10 s: next is 9.0, expected a later"),
        (Cadence(following=np.nan), "to say when to look after 10 s: next is nan, expected a later instant"),
        (Cadence(following="1h"), "to say when to look after 10 s: next is '1h', expected a later instant"),
        (Cadence(following=lambda after: 1 / 0), "to say when to look after 10 s: ZeroDivisionError"),
        (Cadence(wanted=None), "to say whether to train at 10 s: wants is None, expected True or False"),
        (Cadence(wanted=RuntimeError("x")), r"to say whether to train at 10 s: RuntimeError\('x'\)"),
        (Cadence(feedbacks=0), "to begin at 0 s: feedbacks is 0, expected a whole number >= 1 or None"),
        (Cadence(feedbacks=1.5), "to begin at 0 s: feedbacks is 1.5, expected a whole number"),
        (Cadence(refit_window=-1.0), "to begin at 0 s: refit_window is -1.0, expected seconds above 0 or None"),
        (Cadence(refit_window=np.nan), "to begin at 0 s: refit_window is nan, expected seconds above 0"),
        (Cadence(refit_window="7d"), "to begin at 0 s: refit_window is '7d', expected seconds above 0"),
    ],
)  # fmt: skip
def test_a_cadence_whose_clock_stands_still_or_goes_back_is_named(cadence, why):
    text = said(Agent(Fine(), ObservedOnly(), cadence))
    assert re.match(f"Cadence failed {why}", text), text


def test_scores_that_are_not_numbers_still_make_slates():
    """Ranking NaN gives some order; as long as nothing is claimed of it, it is a slate like any other."""

    class NanScores(Fine):
        def slates(self, observations):
            scores = np.full((len(observations), len(observations.catalogue.ids)), np.nan)
            return observations.catalogue.ids[np.argsort(-scores, axis=1)[:, : observations.size]]

    assert run(world(**TWO), NanScores()).summary["requests"] == 100.0
    unknown = run(world(**TWO), type("Shy", (broken.ImpossiblePropensity,), {"said": np.nan})())
    assert unknown.impressions.propensity.isna().all()


@pytest.mark.parametrize("cadence", CADENCES)
def test_a_policy_that_reuses_its_arrays_says_what_it_said(cadence):
    class Thrifty(Fine):
        """One buffer for all it says of itself."""

        def __init__(self):
            self.buffer = np.empty((100_000, 3))

        def act(self, observations):
            part = self.buffer[: len(observations)]
            part[:] = (observations.visit % 8 / 8.0)[:, None]
            return Slates(self.slates(observations), part, part)

    told = run(world(TASTES, horizon="3h"), Agent(Thrifty(), NoCorrection(), CADENCES[cadence])).impressions
    assert (told.propensity == told.visit % 8 / 8.0).all()


def test_a_learner_that_is_its_own_policy_does_not_serve_what_it_has_learnt_before_the_push():
    class Counter(Fine):
        """Shows item k once it was trained k times."""

        trained = 0

        def train(self, experience):
            self.trained += 1

        def slates(self, observations):
            return np.full((len(observations), 1), min(self.trained, 2))

    scenario = world(items__click_rates=[1.0, 1.0, 1.0], platform__training__fixed="3s", platform__push="constant(4s)")
    result = run(scenario, Agent(Counter(), ObservedOnly(), Every("10s", refit_window=None)))
    shown = result.impressions.set_index("request_at").item
    assert shown[16.0] == 0
    assert (shown[17.0], shown[26.0], shown[27.0]) == (1, 1, 2)
