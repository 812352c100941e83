"""Which labels learners take and corrections make, and what real and soft labels teach."""

import re

import numpy as np
import pytest

from agents import UCB1, Agent, BetaThompson, EpsilonGreedy, LinTS, LinUCB, LogisticRanker, NoCorrection, RidgeRanker
from sim.ports import Examples, Impressions, News
from sim.simulation import simulate
from tests.support.corrections import Hopeful
from tests.support.logs import begun, experience, impressions, nothing
from tests.support.worlds import FirstItems, world


def test_what_the_shelf_says():
    kinds = {BetaThompson: "binary", UCB1: "binary", LogisticRanker: "soft"}
    kinds |= dict.fromkeys([EpsilonGreedy, LinUCB, LinTS, RidgeRanker], "real")
    assert {part: part.labels for part in kinds} == kinds


class Unsaid(FirstItems):
    """A learner that does not say which labels it takes."""

    def __getattribute__(self, name):
        if name == "labels":
            raise AttributeError(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize("learner", [BetaThompson(), UCB1(), Unsaid()], ids=lambda x: type(x).__name__)
def test_a_binary_learner_is_refused_with_a_correction_that_makes_others(learner):
    why = (
        f"Hopeful makes labels that are from 0 to 1, and {type(learner).__name__} takes 0 or 1; these learners would "
        f"do: {', '.join(Agent.learners_taking('soft'))}"
    )
    assert {"LinUCB", "LogisticRanker", "Uniform"} <= set(Agent.learners_taking("soft"))
    assert "UCB1" not in Agent.learners_taking("soft")
    with pytest.raises(ValueError, match=re.escape(why)):
        Agent(learner, Hopeful())
    Agent(LogisticRanker(), Hopeful())
    Agent(LinUCB(), Hopeful())


@pytest.mark.parametrize("attribute", ["labels", "makes"])
def test_a_word_that_is_none_is_refused(attribute):
    class Odd(Hopeful):
        """Says something else."""

    setattr(Odd, attribute, "any")
    with pytest.raises(ValueError, match=f"Odd.{attribute} is 'any', expected one of 'binary', 'soft', 'real'"):
        Agent(LinUCB(), Odd())


@pytest.mark.parametrize("learner", [EpsilonGreedy, LinUCB, LinTS, RidgeRanker])
def test_what_is_worth_more_is_expected_in_proportion(learner):
    rows = impressions(200)
    value = np.random.default_rng(1).uniform(-2.0, 9.0, 200)
    one, other = begun(learner()), begun(learner())
    one.train(experience(Examples.plain(rows, value)))
    other.train(experience(Examples.plain(rows, 10.0 * value)))
    found = one.predict(rows)
    np.testing.assert_allclose(other.predict(rows), 10.0 * found, rtol=1e-9)
    if learner is EpsilonGreedy:
        assert found[0] == pytest.approx(value[rows.item == rows.item[0]].mean())


def test_a_soft_label_is_two_weighted_ones():
    rows, soft = impressions(150), np.random.default_rng(2).uniform(0.0, 1.0, 150)
    one, other = begun(LogisticRanker()), begun(LogisticRanker())
    one.train(experience(Examples.plain(rows, soft)))
    both = Impressions.join([rows, rows])
    label, weight = np.repeat([1.0, 0.0], 150), np.concatenate([soft, 1.0 - soft])
    other.train(experience(Examples(both, label, weight)))
    np.testing.assert_allclose(one.predict(rows), other.predict(rows), rtol=1e-7)


def test_without_correction_a_value_takes_the_place_of_the_no():
    rows = impressions(4).replace(label=np.array([0.0, 7.5, 0.0, 2.0]))
    made = NoCorrection().examples(News(2000.0, False, nothing(), rows))
    assert made.label.tolist() == [0.0, 0.0, 7.5, 2.0]
    assert made.weight.tolist() == [-1.0, -1.0, 1.0, 1.0]


def test_what_is_only_expected_is_learnt_when_the_log_has_settled_it():
    # Requests at 1 ... 100 s, all clicked; the click comes after 5 s, trained on at once: soft labels teach nothing.
    class Taking(FirstItems):
        labels = "real"

    click = {"feedback__click__delay": "constant(5s)"}
    run = simulate(world(**click), Agent(Taking(), Hopeful()))
    assert run.versions.learnt.tolist() == run.versions.examples.tolist() == list(range(96))
