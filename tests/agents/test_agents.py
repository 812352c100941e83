"""Numbers of single parts, worked out by hand or by an independent formula."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from agents import (
    UCB1,
    After,
    Agent,
    BetaThompson,
    DailyAt,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    LogisticRanker,
    MicroBatch,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    RidgeRanker,
    Uniform,
    Wait,
)
from agents.learners.features import interactions
from agents.learners.gram import Gram
from sim.ports import Catalogue, News, Space
from tests.support.logs import (
    FIXED,
    ITEMS,
    P,
    begun,
    examples,
    experience,
    impressions,
    nothing,
    observations,
    pending,
)


def phi(asked):
    z, w = asked.features, np.hstack([np.ones((ITEMS, 1)), asked.catalogue.features])
    return np.einsum("na,mc->nmac", z, w).reshape(len(z), ITEMS, -1)


def pairs_of(rows):
    return np.concatenate([x for _, x in interactions(rows)])


def trained(learner, rows):
    learner = begun(learner)
    learner.train(experience(rows))
    return learner.policy()


def test_linucb_is_its_formula():
    rows, asked = examples(impressions(150)), observations()
    x = pairs_of(rows.impressions)
    inverse = np.linalg.inv(2.0 * np.eye(x.shape[1]) + x.T @ x)
    theta = inverse @ x.T @ rows.label
    pairs = phi(asked)
    mean = pairs @ theta
    index = mean + 0.7 * np.sqrt(np.einsum("nmi,ij,nmj->nm", pairs, inverse, pairs))
    slates = trained(LinUCB(alpha=0.7, ridge=2.0), rows).act(asked)
    top = np.argsort(-index, axis=1)[:, :4]
    assert slates.items.tolist() == asked.catalogue.ids[top].tolist()
    np.testing.assert_allclose(slates.predicted, np.take_along_axis(mean, top, axis=1), rtol=1e-9, atol=1e-12)


def test_a_model_per_item_for_a_small_fixed_catalogue():
    rows = examples(impressions(200))
    learner = LinUCB(alpha=0.0, ridge=1.0)
    learner.begin(Space(30, 3, ITEMS, 2, 4, turnover=False))
    learner.model = "per_item"
    learner.begin(Space(30, 3, ITEMS, 2, 4, turnover=False))
    learner.train(experience(rows))
    asked = observations()
    slates = learner.policy().act(asked)
    item = int(slates.items[0, 0])
    mine = rows.impressions.item == item
    x = rows.impressions.user_features[mine]
    theta = np.linalg.solve(np.eye(3) + x.T @ x, x.T @ rows.label[mine])
    assert slates.predicted[0, 0] == pytest.approx(asked.features[0] @ theta, rel=1e-9)
    with pytest.raises(ValueError, match="items retire"):
        begun(LinUCB(model="per_item"))


def test_rank_one_updates_are_the_inverse():
    rng = np.random.default_rng(0)
    gram = Gram(6, 1.5)
    x, y = rng.normal(size=(40, 6)), rng.normal(size=40)
    for i in range(40):
        gram.add(x[i : i + 1], y[i : i + 1], np.ones(1))
    gram.add(x[:5], y[:5], -np.ones(5))
    rest = x[5:]
    expected = np.linalg.inv(1.5 * np.eye(6) + rest.T @ rest)
    np.testing.assert_allclose(gram.inverse, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(gram.solution(), expected @ rest.T @ y[5:], rtol=1e-9, atol=1e-12)


def test_linear_thompson_draws_from_its_posterior():
    rows = examples(impressions(150))
    x = pairs_of(rows.impressions)
    inverse = np.linalg.inv(np.eye(x.shape[1]) + x.T @ x)
    policy = trained(LinTS(scale=0.5, ridge=1.0), rows)
    asked = observations(n=4000)
    noise = policy._shared_noise(asked)
    pairs = phi(asked)
    sd = np.sqrt(np.einsum("nmi,ij,nmj->nm", pairs, inverse, pairs))
    z = noise / sd
    assert z.mean() == pytest.approx(0.0, abs=0.05)
    assert z.std() == pytest.approx(1.0, abs=0.03)
    assert policy.act(asked).propensity is None


def test_ridge_ranks_by_its_regression():
    rows, asked = examples(impressions(150)), observations()
    x = pairs_of(rows.impressions)
    theta = np.linalg.solve(10.0 * np.eye(x.shape[1]) + x.T @ x, x.T @ rows.label)
    slates = trained(RidgeRanker(10.0), rows).act(asked)
    top = np.argsort(-(phi(asked) @ theta), axis=1)[:, :4]
    assert slates.items.tolist() == top.tolist()


def test_logistic_finds_the_maximum():
    rows = examples(impressions(300))
    learner = begun(LogisticRanker(2.0))
    learner.train(experience(rows))
    x = pairs_of(rows.impressions)
    slope = x.T @ (rows.label - expit(x @ learner._theta)) - 2.0 * learner._theta
    assert np.abs(slope).max() < 1e-6
    predicted = learner.policy().act(observations()).predicted
    assert ((predicted > 0) & (predicted < 1)).all()


def test_ucb1_index_by_hand():
    rows = impressions(100)
    learner = UCB1()
    learner.train(experience(examples(rows)))
    pulls = np.bincount(rows.item, minlength=ITEMS)
    wins = np.bincount(rows.item, weights=rows.label, minlength=ITEMS)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(pulls > 0, wins / pulls + np.sqrt(2 * np.log(100) / pulls), np.inf)
    assert learner.policy().act(observations()).items[0].tolist() == np.argsort(-index, kind="stable")[:4].tolist()


def test_thompson_draws_from_beta():
    from scipy import stats

    rows = impressions(400)
    learner = BetaThompson(2.0, 3.0)
    learner.train(experience(examples(rows)))
    asked = observations(n=4000, size=1)
    first = np.bincount(learner.policy().act(asked).items[:, 0], minlength=ITEMS) / 4000
    pulls = np.bincount(rows.item, minlength=ITEMS)
    wins = np.bincount(rows.item, weights=rows.label, minlength=ITEMS)
    draws = stats.beta(2 + wins, 3 + pulls - wins).rvs((40_000, ITEMS), random_state=1)
    wanted = np.bincount(draws.argmax(axis=1), minlength=ITEMS) / 40_000
    assert np.abs(first - wanted).max() < 0.03


def test_epsilon_greedy_explores_as_often_as_it_says():
    learner = EpsilonGreedy(0.2)
    learner.train(experience(examples(impressions(2000))))
    slates = learner.policy().act(observations(n=5000))
    greedy = slates.items[np.argmax(slates.propensity[:, 0])]
    explored = (slates.items != greedy).any(axis=1).mean()
    assert explored == pytest.approx(0.2, abs=0.02)
    assert slates.propensity.max() == pytest.approx(0.8 + 0.2 / ITEMS)
    assert slates.propensity.min() == pytest.approx(0.2 / ITEMS)


def test_uniform_is_uniform():
    slates = Uniform().policy().act(observations(n=20_000))
    for position in range(4):
        counts = np.bincount(slates.items[:, position], minlength=ITEMS)
        assert np.abs(counts - 800).max() < 5 * np.sqrt(800)
    assert (slates.propensity == 1 / ITEMS).all()


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
    agent = Agent(LogisticRanker(), NoCorrection(), Every("1h"))
    assert agent.examples(News(5.0, False, pending(rows), rows)).weight.tolist() == [1, 1, 1, 1]


def test_grids_are_exact():
    assert [Every("0.1s").next(0.1 * k) for k in (1, 2, 3)] == [0.2, 0.1 * 3, 0.4]
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


def test_errors_name_the_part():
    with pytest.raises(TypeError, match=r"UCB1 is a class, expected an object such as UCB1\(\)"):
        Agent.of(UCB1)

    class Half:
        ship, feedbacks = "push", None

        def next(self, after):
            return np.inf

        def wants(self, matured):
            return True

    with pytest.raises(TypeError, match="Half is no cadence: it has no attribute refit_window"):
        Agent(Uniform(), cadence=Half())
    with pytest.raises(TypeError, match="object is no learner: it has no method train"):
        Agent(object())
    with pytest.raises(ValueError, match="expected in_place or push"):
        Agent(Uniform(), ship="mail")
    for part, name, value in (
        (LinUCB, "alpha", -1.0),
        (LinTS, "scale", "x"),
        (RidgeRanker, "ridge", 0),
        (BetaThompson, "a", True),
    ):
        with pytest.raises(ValueError, match=f"{name} is .*, expected a number"):
            part(**{name: value})
    with pytest.raises(ValueError, match="at least 0 and at most 1"):
        EpsilonGreedy(1.5)
    with pytest.raises(ValueError, match="whole number"):
        After(0)
    with pytest.raises(ValueError, match="is not a duration"):
        Every("1 hour")
    with pytest.raises(ValueError, match="more than 0s"):
        Every("0s")


def test_an_agent_describes_itself():
    agent = Agent(LinUCB(alpha=0.5), Wait(), Every("1h"))
    assert agent.describe() == {
        "learner": {"class": "agents.learners.linucb.LinUCB", "alpha": 0.5, "ridge": 1.0, "model": "auto"},
        "correction": {"class": "agents.corrections.wait.Wait"},
        "cadence": {"class": "agents.cadences.every.Every", "interval": 3600.0, "refit_window": 604800.0},
        "ship": "push",
    }


def test_own_parts_describe_themselves_without_addresses():
    class Committee:
        def __init__(self, members, weights, when=max):
            self.members, self.weights, self.when = members, weights, when
            self.votes, self._secret = 3, 1

        def train(self, experience):
            pass

        def policy(self):
            pass

    told = [Agent.of(Committee([LinUCB(), UCB1(2.0)], np.array([0.5, 1.0]))).describe() for _ in range(2)]
    assert told[0] == told[1]
    assert json.loads(json.dumps(told[0])) == told[0]
    assert {k: v for k, v in told[0]["learner"].items() if k != "class"} == {
        "members": [
            {"class": "agents.learners.linucb.LinUCB", "alpha": 1.0, "ridge": 1.0, "model": "auto"},
            {"class": "agents.learners.ucb1.UCB1", "scale": 2.0},
        ],
        "votes": 3,
        "weights": [0.5, 1.0],
        "when": "builtins.max",
    }


def test_own_attributes_of_an_object_make_the_agent():
    class Mine:
        correction, cadence, ship = ObservedOnly(), Every("2h"), "in_place"

        def train(self, experience):
            pass

        def policy(self):
            pass

    agent = Agent.of(Mine())
    assert (type(agent.correction), agent.cadence.next(0.0), agent.ship) == (ObservedOnly, 7200.0, "in_place")
    assert Agent.of(agent) is agent
    fresh = agent.fresh()
    assert fresh.learner is not agent.learner
    assert fresh.describe() == agent.describe()


def test_plain_arms_have_models_of_their_own_however_many():
    """Nothing but their ids tells items without features apart."""
    space = Space(users=1, user_dim=1, items=40, item_dim=0, size=1, turnover=False)
    rows = impressions(400)
    rows = rows.replace(user_features=np.ones((400, 1)), item_features=np.ones((400, 0)))
    rows = rows.replace(item=np.arange(400) % 40, label=(np.arange(400) % 40 == 33).astype(float))
    asked = observations(n=3, size=1, ids=np.arange(40))
    asked = replace(asked, features=np.ones((3, 1)), catalogue=Catalogue(np.arange(40), np.ones((40, 0))))
    for learner in (LinUCB(alpha=0.1), LinTS(scale=0.01), RidgeRanker(), LogisticRanker()):
        learner.begin(space)
        learner.train(experience(examples(rows)))
        assert learner.policy().act(asked).items.tolist() == [[33]] * 3, type(learner).__name__


def test_logistic_per_item_is_a_regression_per_item():
    rows = examples(impressions(300))
    learner = begun(LogisticRanker(2.0, model="per_item"), FIXED)
    learner.train(experience(rows))
    theta = learner._theta.reshape(ITEMS, P)
    for item in (0, 7, 24):
        mine = rows.impressions.item == item
        x, y = rows.impressions.user_features[mine], rows.label[mine]
        slope = x.T @ (y - expit(x @ theta[item])) - 2.0 * theta[item]
        assert np.abs(slope).max() < 1e-6


def test_newton_does_not_overshoot():
    """Far out on the sigmoid a full Newton step from the prior goes past the maximum and never comes back."""
    one = impressions(1)
    rows = one.replace(user_features=np.array([[1.0, 0.0, 0.0]]), item_features=np.zeros((1, 2)), label=np.ones(1))
    learner = begun(LogisticRanker(0.01))
    learner._theta[:] = -8.0  # a prior that is sure of the contrary
    learner.train(experience(examples(rows, weight=1e4)))
    pull = 1e4 * (1.0 - expit(learner._theta[0]))
    assert pull == pytest.approx(0.01 * (learner._theta[0] + 8.0), rel=1e-6)
    assert learner._theta[1:].tolist() == pytest.approx([-8.0] * 8)


def test_taking_back_more_than_was_given_leaves_a_usable_model():
    gram = Gram(3, 1.0)
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    gram.add(x, np.ones(2), np.array([-3.0, 4.0]))
    np.testing.assert_allclose(gram.inverse, np.diag([1.0, 0.2, 1.0]), atol=1e-15)
