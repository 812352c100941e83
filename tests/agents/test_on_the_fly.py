"""OTF-LinUCB and OTF-LinTS against a plain loop with the formulas of the paper."""

from __future__ import annotations

import numpy as np
import pytest

from agents import NoCorrection, OTFLinTS, OTFLinUCB
from sim.draws import child
from sim.ports import Catalogue, Experience, Impressions, News, Observations, Space

DIM, ARMS, WINDOW = 4, 6, 12
SPACE = Space(users=1, user_dim=1, items=ARMS, item_dim=DIM - 1, size=1, turnover=True)
SINGLES = Space(users=1, user_dim=DIM, items=ARMS, item_dim=0, size=1, turnover=False)


class World:
    """Rounds with fresh contexts and geometric delays; only conversions come back."""

    def __init__(self, own, seed=3):
        rng = np.random.default_rng(seed)
        self.own, self.rounds = own, 120
        self.context = np.hstack([np.ones((self.rounds, 1)), rng.uniform(-1, 1, (self.rounds, DIM - 1))])
        self.items = rng.uniform(-1, 1, (self.rounds, ARMS, DIM - 1))
        self.delay = rng.geometric(1 / 9, self.rounds).astype(float)
        self.uniform = rng.uniform(size=self.rounds)

    def features(self, t):
        """Return x of each arm, as the paper has it: one vector of all weights."""
        if not self.own:
            return np.hstack([np.ones((ARMS, 1)), self.items[t]])
        return np.kron(np.eye(ARMS), self.context[t])

    def converts(self, t, arm):
        return self.uniform[t] < 0.2 + 0.5 * (arm == t % 3)

    def observations(self, t):
        z = self.context[t : t + 1] if self.own else np.ones((1, 1))
        features = np.zeros((ARMS, 0)) if self.own else self.items[t]
        ids, user = np.arange(ARMS), np.zeros(1, dtype=np.int64)
        catalogue = Catalogue(ids, features, np.zeros(len(ids)))
        return Observations(np.array([float(t)]), user, user + t, z, catalogue, 1, child(np.uint64(9), user + t))

    def log(self, t, rows):
        """Return impressions (time, arm) as known at t: a no until the conversion came."""
        at, arm = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 1))
        hit = np.array([self.converts(s, a) for s, a in rows], dtype=bool)
        delivered = np.where(hit, at + self.delay[at], np.inf)
        known = delivered <= t
        asked = [self.observations(s) for s in at]
        return Impressions.of({
            "number": at, "request_at": at.astype(float), "user": at * 0, "visit": at, "position": at * 0, "item": arm,
            "user_features": np.concatenate([one.features for one in asked]),
            "item_features": np.array([one.catalogue.features[a] for one, a in zip(asked, arm, strict=True)]),
            "delivered_at": np.where(known, delivered, np.inf), "closes_at": np.where(known, delivered, np.inf),
            "label": (hit & known).astype(float),
        })  # fmt: skip


def textbook(world, history, t, delta, ridge):
    """Return estimate, inverse and width from all that was served before t, afresh."""
    v, b = ridge * np.eye(world.features(0).shape[1]), 0.0
    for s, arm in history:
        x = world.features(s)[arm]
        v = v + np.outer(x, x)
        if world.converts(s, arm) and world.delay[s] <= min(WINDOW, t - s):
            b = b + x
    inverse, d = np.linalg.inv(v), len(v)
    width = np.sqrt(ridge) + np.sqrt(2 * np.log(1 / delta) + d * np.log((d * ridge + len(history)) / (d * ridge)))
    for s, arm in history[-WINDOW:]:
        x = world.features(s)[arm]
        width += np.sqrt(x @ inverse @ x)
    return inverse @ (b + np.zeros(d)), inverse, width


def after(world, learner, correction, history, t):
    """Train on what round t brought: the impression served before it, and what converted since."""
    served = [history[-1]]
    due = [(s, a) for s, a in history if world.converts(s, a) and t - 1 < s + world.delay[s] <= t]
    matured = world.log(t, due) if due else world.log(t, served).take(np.zeros(1, dtype=bool))
    news = News(float(t), False, world.log(t, served), matured)
    learner.train(Experience(news, correction.examples(news), lambda: None))


@pytest.mark.long
@pytest.mark.parametrize("own", [False, True], ids=["shared", "per_item"])
def test_it_takes_the_steps_of_the_paper(own):
    world = World(own)
    learner = OTFLinUCB(WINDOW, alpha=0.4, delta=0.05, ridge=0.8, model="per_item" if own else "shared")
    learner.begin(SINGLES if own else SPACE)
    correction, history, chosen = NoCorrection(), [], []
    for t in range(world.rounds):
        if history:
            after(world, learner, correction, history, t)
        theta, inverse, width = textbook(world, history, t, 0.05, 0.8)
        x = world.features(t)
        bound = x @ theta + 0.4 * width * np.sqrt(np.einsum("ai,ij,aj->a", x, inverse, x))
        policy = learner.policy()
        assert policy.width == pytest.approx(width, rel=1e-9)
        slates = policy.act(world.observations(t))
        np.testing.assert_allclose(policy.estimates(world.observations(t))[0], x @ theta, atol=1e-9)
        assert slates.items.item() == bound.argmax()
        history.append((t, int(bound.argmax())))
        chosen.append(slates.items.item())
    late = [s for s, a in history if world.converts(s, a) and world.delay[s] > WINDOW]
    assert len(late) > 5
    assert len(set(chosen)) == ARMS


def test_thompson_has_the_same_width_in_its_noise():
    world, history = World(False), []
    learner = OTFLinTS(WINDOW, scale=0.5, model="shared")
    learner.begin(SPACE)
    correction = NoCorrection()
    for t in range(40):
        if history:
            after(world, learner, correction, history, t)
        history.append((t, learner.policy().act(world.observations(t)).items.item()))
    theta, inverse, width = textbook(world, history[:-1], 39, 0.1, 1.0)
    draws = np.random.default_rng(0).multivariate_normal(theta, (0.5 * width) ** 2 * inverse, 40_000)
    expected = np.bincount((draws @ world.features(39).T).argmax(axis=1), minlength=ARMS) / 40_000
    one, many = world.observations(39), np.arange(40_000)
    asked = Observations(many + 0.0, many * 0, many, np.ones((40_000, 1)), one.catalogue, 1, child(np.uint64(2), many))
    found = np.bincount(learner.policy().act(asked).items[:, 0], minlength=ARMS) / 40_000
    assert np.abs(found - expected).max() < 0.0125


def test_a_late_yes_is_a_no_and_can_still_be_taken_back():
    world = World(False)
    one, two = (OTFLinUCB(window, ridge=1.0, model="shared") for window in (3.0, 300.0))
    for learner in (one, two):
        learner.begin(SPACE)
        rows = world.log(500, [(t, t % ARMS) for t in range(60)])
        news = News(500.0, True, rows, rows)
        learner.train(Experience(news, NoCorrection().examples(news), lambda: None))
        asked = world.observations(70)
        learner.mean = learner.policy().estimates(asked)[0].mean()
    assert one.mean < two.mean - 0.1
