"""Bandit rules of MABWiser."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.slates import top
from agents.one_thread import one_thread
from agents.optional import needed
from sim.lazy import lazy
from sim.ports import Catalogue, Experience, Observations, Policy, Slates

mab = lazy("mabwiser.mab")
Floats = NDArray[np.float64]
RULES = ("UCB1", "LinUCB", "LinGreedy")


class MABWiserPolicy:
    """A policy that shows the highest expectations of MABWiser.

    Args:
        model: what learns no more; None knows nothing.
        known: the items that it knows.
        alike: whether all requests get the same answer.
    """

    def __init__(self, model: Any, known: frozenset[int], alike: bool) -> None:
        self._model, self._known, self._alike = model, known, alike

    def act(self, observations: Observations) -> Slates:
        """Return the slates, unknown items first, lowest id first."""
        z = observations.features
        if self._model is None:
            scores = np.zeros((len(z), len(observations.catalogue.ids)))
        elif self._alike:
            scores = np.repeat(self._scores(self._model.predict_expectations(), observations.catalogue), len(z), axis=0)
        else:
            with one_thread("mabwiser"):
                each = [self._model.predict_expectations(row[None]) for row in z]
            scores = np.concatenate([self._scores(one, observations.catalogue) for one in each])
        return top(observations, scores)

    def _scores(self, said: dict[int, float], catalogue: Catalogue) -> Floats:
        each = [said[item] if item in self._known else np.inf for item in catalogue.ids.tolist()]
        return np.array([each], dtype=np.float64)


class MABWiser(Described):
    """A rule of the library MABWiser.

    ``UCB1`` knows items only, ``LinUCB`` and ``LinGreedy`` fit the user features of each item. The highest of its
    expectations are shown, bounds included; items never learnt come first, lowest id first. Rules that draw use one
    generator, so that an answer depends on the requests before it: they are not offered, `BetaThompson`, `LinTS` and
    `Softmax` do the same with keyed draws. Examples have weight 1, and cannot be taken back. Of the delay it assumes
    what the correction does. Cost: a call of some hundred microseconds for each request of the linear ones.

    Args:
        rule: ``"UCB1"``, ``"LinUCB"`` or ``"LinGreedy"``.
        options: its arguments, such as ``{"alpha": 1.25}``.

    Raises:
        ImportError: MABWiser is not installed (``delaylab[mabwiser]``).
        ValueError: it is not one of these, or draws.

    Source: Strong, Kleynhans & Kadıoğlu 2021 (https://doi.org/10.1142/S0218213021500214);
    https://fidelity.github.io/mabwiser.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, MABWiser, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(MABWiser("UCB1", {"alpha": 0.5}), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.03
    """

    package = "mabwiser"
    reads = ("item", "user_features")
    labels = "real"
    retracts = False
    tried_with: ClassVar[dict[str, tuple[Any, ...]]] = {
        "rule": ("LinUCB", "UCB1"),
        "options": ({"alpha": 0.5}, {"alpha": 1.0}),
    }

    def __init__(self, rule: str = "LinUCB", options: dict[str, Any] | None = None) -> None:
        needed("mabwiser", "mabwiser", "MABWiser")
        if rule not in RULES:
            raise ValueError(f"rule is {rule!r}, expected one of {', '.join(RULES)}")
        self.rule, self.options = rule, options
        self._start_over()

    def _start_over(self) -> None:
        options = {"epsilon": 0.0} if self.rule == "LinGreedy" else {}
        self._rule = getattr(mab.LearningPolicy, self.rule)(**(options | (self.options or {})))
        if getattr(self._rule, "epsilon", 0.0):
            raise ValueError(f"options are {self.options!r}: with epsilon above 0 the rule draws")
        self._model: Any = None
        self._known: frozenset[int] = frozenset()
        self._lent = False

    def save_state(self) -> dict[str, Any]:
        """Return the model and what it knows."""
        return {"_model": self._model, "_known": self._known, "_lent": False}

    def train(self, experience: Experience) -> None:
        """Fit the examples, or add them.

        Raises:
            RuntimeError: an example has a weight, which MABWiser does not take.
        """
        if experience.refit:
            self._start_over()
        examples = experience.examples
        if not len(examples):
            return
        if not (examples.weight == 1.0).all():
            raise RuntimeError("MABWiser takes no weights, and the examples have some")
        if self._lent:  # a policy answers by it
            self._model, self._lent = deepcopy(self._model), False
        item = np.array(examples.impressions.item)
        self._meet(item)
        with one_thread("mabwiser"):
            if self.rule == "UCB1":
                self._model.partial_fit(item, np.array(examples.label))
            else:
                self._model.partial_fit(item, np.array(examples.label), np.array(examples.impressions.user_features))
        self._drop(experience.oldest_item)

    def _meet(self, item: NDArray[np.int64]) -> None:
        """Make arms of items not known yet."""
        new = sorted(set(item.tolist()) - self._known)
        if self._model is None:
            self._model = mab.MAB(new, self._rule, seed=1)
        else:
            for one in new:
                self._model.add_arm(one)
        self._known |= set(new)

    def _drop(self, oldest: int) -> None:
        """Forget retired items, but for one: there must be arms."""
        gone = sorted(one for one in self._known if one < oldest)
        for one in gone[: len(self._known) - 1]:
            self._model.remove_arm(one)
        self._known -= set(gone[: len(self._known) - 1])

    def policy(self) -> Policy:
        """Return a snapshot."""
        self._lent = True
        return MABWiserPolicy(self._model, self._known, self.rule == "UCB1")
