"""What trainings cost: a learner and a clock of known cost, and the command."""

import numpy as np
import pytest

from agents import UCB1, Agent, Every, Online, Wait
from sim.analysis.training_cost import fit, time_learner
from sim.lab.cli import main
from sim.scenario import Scenario

FIXED, EACH, POLICY = 0.5, 0.002, 0.25
WORLD = {"users.count": 20, "horizon": "1d", "users.shifts": [], "feedback.conversion": None}


class Priced(UCB1):
    """A learner whose trainings move a clock of their own."""

    now = 0.0

    def train(self, experience):
        Priced.now += FIXED + EACH * len(experience.news.matured)
        super().train(experience)

    def policy(self):
        Priced.now += POLICY
        return super().policy()


class OwnPolicy(Priced):
    """The same, and its own policy."""

    def policy(self):
        Priced.now += POLICY
        return self

    def act(self, observations):
        return UCB1.policy(self).act(observations)

    def predict(self, observations, items=None):
        return np.full(len(observations), np.nan)


@pytest.mark.parametrize("learner", [Priced(), OwnPolicy()], ids=["Priced", "OwnPolicy"])
def test_a_known_cost_is_found(learner):
    agent = Agent(learner, Wait(), Every("1h"))
    found = time_learner(Scenario.load("news_feed", WORLD), agent, clock=lambda: Priced.now)
    assert found.fixed == pytest.approx(FIXED + POLICY, rel=1e-9)
    assert found.per_example == pytest.approx(EACH, rel=1e-9)
    assert found.error < 1e-9
    assert len(found.examples) > 10
    assert found.examples.max() > 10 * found.examples.min()
    assert found.seconds == pytest.approx(FIXED + POLICY + EACH * found.examples, rel=1e-9)


def test_neither_part_is_negative():
    n = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    assert fit(np.column_stack([n, 0.1 * n - 0.5])).fixed == 0.0
    assert fit(np.column_stack([n, 10.0 - 0.1 * n])).per_example == 0.0


def test_sizes_that_do_not_differ_tell_nothing():
    with pytest.raises(ValueError, match="trainings of 1 to 1 examples tell no cost of one"):
        fit(np.ones((10, 2)))
    with pytest.raises(ValueError, match="3 trainings with examples"):
        fit(np.ones((3, 2)))


def test_an_online_learner_is_timed_without_its_fast_path():
    agent = Agent(Priced(), Wait(), Online())
    with pytest.raises(ValueError, match=r"tell no cost|are needed"):
        time_learner(Scenario.load("bernoulli_bandit", {"horizon": "50s", "feedback.click.delay": "0s"}), agent)


def test_the_command_prints_lines_to_paste(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["time-learner", "agent=ranker_hourly", "scenario.users.count=20", "scenario.horizon=1d"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[2].startswith("scenario.platform.training.fixed=")
    line = told[3]
    assert line.startswith("training: {fixed: ")
    words = told[2].split()
    made = Scenario.load("news_feed", dict(word.removeprefix("scenario.").split("=") for word in words))
    assert 0.0 < made.platform.training.fixed.delivered_mean + made.platform.training.per_example < 1.0


def test_what_cannot_be_timed_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["time-learner", "experiment=cadences"]) == 2
    assert "is a sweep" in capsys.readouterr().err
    assert main(["time-learner", "agent=oracle", "scenario.users.count=20", "scenario.horizon=6h"]) == 2
    assert "0 trainings" in capsys.readouterr().err
