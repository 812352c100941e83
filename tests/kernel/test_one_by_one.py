"""The fast path of learners that are updated in place at each feedback: the same bits, the same errors."""

import gc
import re
import weakref
from dataclasses import replace

import numpy as np
import pytest

from agents import Agent, BetaThompson, ChapelleLiUCB, LinUCB, ObservedOnly, Online, Wait
from sim.kernel import AgentError
from sim.kernel.run import Kernel
from sim.kernel.single.incremental import find_incremental
from sim.kernel.single.outcomes import outcomes_of
from sim.pipeline import LogWriter
from sim.pipeline.guard import Guarded
from sim.pipeline.guarded_learner import GuardedLearner
from sim.scenario import Replication
from sim.world import World
from tests.faults.broken import Fine
from tests.support.logs import observations
from tests.support.worlds import ALWAYS_SINGLE, TASTES, run, world

WORLDS = {
    "at once": {"feedback__click__delay": "constant(0s)", "feedback__click__window": None},
    "late": {"feedback__click__delay": "exponential(mean=5m)"},
    "all day": {"feedback__click__delay": "pareto(minimum=1h, shape=1.5)"},
    "many at an instant": {
        "users__visits": {"every": "1h"},
        "users__satisfaction__return_effect": 0.0,
        "feedback__click__delay": "constant(1h)",
    },
    "explicit": {"feedback__click__negatives": "explicit", "slate__choice": "multinomial"},
}

LEARNERS = [LinUCB(0.5, model="per_item"), BetaThompson(), ChapelleLiUCB("1m")]


def tastes(**changed):
    return world(TASTES, **{"items__lifetime": None, "horizon": "12h", "users__shifts": []} | changed)


def without(scenario, agent, monkeypatch, **options):
    with monkeypatch.context() as patched:
        patched.setattr(GuardedLearner, "incremental", lambda self, at: None)
        return run(scenario, agent, **options)


def cases():
    """Yield each learner in one world, and one learner in each."""
    for name in WORLDS:
        for learner in LEARNERS:
            further = [] if name == "late" else [pytest.mark.long if learner is LEARNERS[1] else pytest.mark.slow]
            yield pytest.param(learner, name, marks=further, id=f"{type(learner).__name__}-{name}")


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 3])
@pytest.mark.parametrize(("learner", "name"), list(cases()))
def test_it_has_no_say_in_the_result(learner, name, size, monkeypatch):
    choice = {} if size > 1 else {"slate__size": 1, "slate__choice": "bernoulli"}
    scenario, agent = tastes(**{"horizon": "4h"} | WORLDS[name] | choice), Agent(learner, ObservedOnly(), Online())
    found = []

    def find(*about):
        found.append(find_incremental(*about))
        return found[-1]

    monkeypatch.setattr("sim.kernel.single.single_requests.find_incremental", find)
    quick = run(scenario, agent, tuning=ALWAYS_SINGLE)
    assert found
    assert None not in found
    plain = without(scenario, agent, monkeypatch, tuning=ALWAYS_SINGLE)
    assert quick.fingerprint == plain.fingerprint == run(scenario, agent, block=7).fingerprint
    assert quick.summary == plain.summary
    assert quick.versions.equals(plain.versions)


@pytest.mark.long
@pytest.mark.parametrize("learner", LEARNERS[1:], ids=lambda learner: type(learner).__name__)
def test_items_may_come_and_go(learner, monkeypatch):
    scenario = world(TASTES, items__lifetime="20m", users__count=20, horizon="8h")
    agent = Agent(learner, ObservedOnly(), Online())
    assert run(scenario, agent).fingerprint == without(scenario, agent, monkeypatch).fingerprint


def test_its_memory_is_not_that_of_the_horizon():
    tuning = replace(ALWAYS_SINGLE, log_kept=64, single_scores=512)

    def kept(horizon):
        scenario = world(horizon=horizon, feedback__click__delay="exponential(mean=3s)")
        kernel = Kernel(Replication(scenario, 0, 0, None, tuning), Agent(BetaThompson(), ObservedOnly(), Online()), [])
        kernel.clock.run_through(scenario.horizon)
        return len(kernel.side.log._rows["item"])

    assert kept("8000s") <= 1.5 * kept("2000s")


@pytest.mark.parametrize("size", [1, 3])
def test_what_was_computed_ahead_is_gone_with_its_last_user(size):
    """Not only when Python searches for garbage, which it seldom does."""
    here = World(tastes(slate__size=size, slate__choice="cascade"), 0, 0)
    potential = here.potential_outcomes(here.independent_batch(np.inf, 16))
    outcomes_of(potential)(0, [0, 1, 2][:size])
    gc.disable()
    try:
        seen = weakref.ref(potential)
        del potential
        assert seen() is None
    finally:
        gc.enable()


def test_features_that_a_learner_keeps_keep_no_stretch_of_requests_alive():
    kept = []

    class Hoarder(Quick):
        def learn_one(self, item, user_features, label, oldest_item):
            kept.append(user_features)

    scenario = tastes(slate__size=1, slate__choice="bernoulli")
    kernel = Kernel(Replication(scenario, 0, 0, None, ALWAYS_SINGLE), Agent(Hoarder(), ObservedOnly(), Online()), [])
    kernel.clock.run_through(scenario.horizon)
    assert len(kept) > 100
    assert all(features.base is kernel._world.user_features for features in kept)


def test_it_is_for_those_who_learn_what_matured_as_it_is():
    class Mine(LinUCB):
        def train(self, experience):
            """Learn nothing."""

    class Halved(ObservedOnly):
        """Makes other examples."""

        def examples(self, news):
            return super().examples(news)

    def taken(agent):
        kernel = Kernel(Replication(tastes(), 0, 0), agent, [])
        parts, oldest = [(slice(0, 1), observations(1, size=1))], kernel._world.items.oldest
        log = LogWriter(kernel.side.log)
        return find_incremental(Guarded(agent), kernel.side.platform, log, parts, oldest, 0.0) is not None

    assert taken(Agent(BetaThompson(), ObservedOnly(), Online()))
    for agent in (
        Agent(Mine(), ObservedOnly(), Online()),
        Agent(BetaThompson(), Halved(), Online()),
        Agent(BetaThompson(), Wait(), Online()),
        Agent(BetaThompson(), ObservedOnly(), Online(), ship="push"),
        Agent(Fine(), ObservedOnly(), Online()),
    ):
        assert not taken(agent)


class Quick(Fine):
    """A learner whose fast path is what it is given."""

    def __init__(self, slate=([0], [1.0], [0.5]), error=None):
        self.slate, self.error = slate, error

    def incremental(self):
        return self

    def act_one(self, observations, row):
        return self.slate

    def learn_one(self, item, user_features, label, oldest_item):
        assert not user_features.flags.writeable
        if self.error:
            raise self.error

    def __deepcopy__(self, memo):
        return self


@pytest.mark.parametrize(
    ("learner", "said"),
    [
        (Quick(([2], None, None)), r"answer as version \d+ at \d+ s: positions are \[2\], expected 1 below 2"),
        (Quick(([-1], None, None)), r"answer as version \d+ at \d+ s: positions are \[-1\], expected 1 below 2"),
        (Quick(([0, 1], None, None)), r"answer as version \d+ at \d+ s: positions are \[0, 1\], expected 1 below 2"),
        (Quick(([0], [1.5], None)), r"answer as version \d+ at \d+ s: propensities are \[1.5\], expected 1 from"),
        (Quick(([0.0], None, None)), r"answer as version \d+ at \d+ s: TypeError"),
        (Quick(([0], [0.5, 0.5], None)), r"answer as version \d+ at \d+ s: propensities are \[0.5, 0.5\], expected 1 "),
        (Quick(([0], None, [np.inf])), r"answer as version \d+ at \d+ s: predictions are \[inf\], expected 1 finite"),
        (Quick(([0], None, [0.5, 0.5])), r"answer as version \d+ at \d+ s: predictions are \[0.5, 0.5\], expected 1 "),
        (Quick(None), r"answer as version \d+ at \d+ s: TypeError"),
        (Quick(error=ValueError("no")), r"failed while training version \d+ at \d+ s: ValueError\('no'\)"),
    ],
)
def test_what_it_says_is_checked(learner, said):
    with pytest.raises(AgentError) as caught:
        run(world(), Agent(learner, ObservedOnly(), Online()))
    assert re.match(rf"Quick .*{said}", str(caught.value)), str(caught.value)


def test_a_prediction_may_be_unknown():
    learner = Quick(([0], None, [np.nan]))
    fields = world(users__count=2), Agent(learner, ObservedOnly(), Online())
    assert run(*fields).fingerprint == run(*fields, block=1).fingerprint


def test_a_propensity_may_be_unknown():
    found = run(world(), Agent(Quick(([0], [np.nan], [0.5])), ObservedOnly(), Online()))
    assert found.impressions.propensity.isna().all()


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_nought_is_not_unknown_be_it_in_a_list_or_not(kind):
    agent = Agent(Quick((kind([0]), kind([0.0]), kind([0.0]))), ObservedOnly(), Online())
    found = run(world(), agent, tuning=ALWAYS_SINGLE)
    assert found.impressions.propensity.tolist() == [0.0] * 100


def test_who_offers_what_is_no_fast_path_is_told():
    class Half(Fine):
        def incremental(self):
            return Fine()

    agent = Agent(Half(), ObservedOnly(), Online())
    with pytest.raises(AgentError, match=r"Half failed .* as version \d+ at \d+ s: Fine has no method act_one\(\)"):
        run(world(), agent)


def test_a_policy_that_is_asked_for_later_is_told_by_its_own_number():
    class Spent(Quick):
        def learn_one(self, item, user_features, label, oldest_item):
            self.policy = lambda: None

    with pytest.raises(AgentError, match=r"Spent failed to give policy 99 at 100 s: NoneType is no policy"):
        run(world(), Agent(Spent(), ObservedOnly(), Online()), tuning=ALWAYS_SINGLE)


def test_an_item_twice_is_told():
    agent = Agent(Quick(([1, 1], None, None)), ObservedOnly(), Online())
    with pytest.raises(AgentError, match=r"Quick failed .* an item is shown twice in one slate"):
        run(world(items__click_rates=[1.0, 0.5, 0.5], slate__size=2), agent)
