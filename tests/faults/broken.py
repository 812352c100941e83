"""Agents that break their contract, each in one way."""

from __future__ import annotations

from operator import attrgetter
from threading import Lock
from typing import Any

import numpy as np

from agents import ObservedOnly
from sim.ports import Examples, Slates


class Fine:
    """A learner and policy that does nothing wrong: always the first items of the catalogue."""

    def train(self, experience: Any) -> None:
        """Learn nothing."""

    def policy(self) -> Any:
        return self

    def act(self, observations: Any) -> Any:
        return Slates(self.slates(observations))

    def slates(self, observations: Any) -> Any:
        return np.repeat(observations.catalogue.ids[None, : observations.size], len(observations), axis=0)


class FailsToBegin(Fine):
    def begin(self, space):
        raise RuntimeError("no space")


class FailsToTrain(Fine):
    def train(self, experience):
        raise RuntimeError("no more")


class FailsDeepDown(Fine):
    """Its error comes from a library that it calls."""

    def train(self, experience):
        self._solve()

    def _solve(self):
        return np.concatenate([])


class FailsForEver(Fine):
    def train(self, experience):
        return self.train(experience)


class CannotBeCopied(Fine):
    def __init__(self):
        self.lock = Lock()


class FailsToGivePolicy(Fine):
    def policy(self):
        raise RuntimeError("none")


class GivesNoPolicy(Fine):
    def policy(self):
        return 3


class FailsToAct(Fine):
    def act(self, observations):
        raise KeyError(7)


class SaysNothing(Fine):
    def act(self, observations):
        return None


class Repeats(Fine):
    def slates(self, observations):
        return np.zeros((len(observations), observations.size), dtype=np.int64)


class ShowsTheDead(Fine):
    def slates(self, observations):
        return super().slates(observations) + 1000


class ShowsTheUnborn(Fine):
    def slates(self, observations):
        return super().slates(observations) - 1


class OneRowTooFew(Fine):
    def slates(self, observations):
        return super().slates(observations)[1:]


class OneItemTooFew(Fine):
    def slates(self, observations):
        return super().slates(observations)[:, 1:]


class FloatIds(Fine):
    def slates(self, observations):
        return super().slates(observations).astype(float)


class BoolIds(Fine):
    def slates(self, observations):
        return super().slates(observations) > 0


class InfinitePredicted(Fine):
    said = np.inf

    def act(self, observations):
        slates = self.slates(observations)
        return Slates(slates, None, np.where(slates > 0, self.said, 0.5))


class ImpossiblePropensity(Fine):
    said = 1.5

    def act(self, observations):
        slates = self.slates(observations)
        return Slates(slates, np.full(slates.shape, self.said))


class NegativePropensity(ImpossiblePropensity):
    said = -0.1


class TextPropensity(ImpossiblePropensity):
    said = "0.5"


class ComplexPredicted(Fine):
    def act(self, observations):
        slates = self.slates(observations)
        return Slates(slates, None, np.full(slates.shape, 0.5 + 0j))


class FlatPropensity(Fine):
    def act(self, observations):
        return Slates(self.slates(observations), np.ones(len(observations)))


class Scribbler(Fine):
    """Writes into one of the arrays that it is handed."""

    def __init__(self, path: str) -> None:
        self.path = path

    def act(self, observations):
        thing: Any = observations
        for name in self.path.split("."):
            thing = getattr(thing, name)
        thing[...] = 0
        return super().act(observations)


class TrainingScribbler(Fine):
    """Writes into one of the columns that it is to learn from."""

    def __init__(self, part: str, column: str) -> None:
        self.part, self.column = part, column

    def train(self, experience):
        attrgetter(f"{self.part}.{self.column}")(experience)[...] = 0


class Correction:
    """What `ObservedOnly` says, changed."""

    def __init__(self, change: str) -> None:
        self.change = change

    def examples(self, news):
        rows = ObservedOnly().examples(news)
        return getattr(self, self.change)(rows)

    def raises(self, rows):
        raise RuntimeError("no labels")

    def nothing(self, rows):
        return None

    def short_labels(self, rows):
        return Examples(rows.impressions, rows.label[1:], rows.weight)

    def short_weights(self, rows):
        return Examples(rows.impressions, rows.label, rows.weight[1:])

    def nan_weights(self, rows):
        return Examples(rows.impressions, rows.label, rows.weight * np.nan)

    def infinite_weights(self, rows):
        return Examples(rows.impressions, rows.label, rows.weight * np.inf)

    def odd_labels(self, rows):
        return Examples(rows.impressions, rows.label + 0.5, rows.weight)

    def half_labels(self, rows):
        return Examples(rows.impressions, rows.label * 0.5, rows.weight)

    def infinite_labels(self, rows):
        return Examples(rows.impressions, rows.label + np.inf, rows.weight)

    def nan_labels(self, rows):
        return Examples(rows.impressions, rows.label * np.nan, rows.weight)

    def complex_weights(self, rows):
        return Examples(rows.impressions, rows.label, rows.weight + 0j)

    def whole_numbers(self, rows):
        return Examples(rows.impressions, rows.label.astype(np.uint8), rows.weight.astype(np.int8))

    def truths(self, rows):
        return Examples(rows.impressions, rows.label > 0, rows.weight > 0)

    def lists(self, rows):
        return Examples(rows.impressions, rows.label.tolist(), rows.weight.tolist())


class Cadence:
    """Every 10 s, but for one thing."""

    ship = "push"

    def __init__(self, following: Any = None, wanted: Any = True, feedbacks: Any = None, refit_window: Any = None):
        self._following, self._wanted = following, wanted
        self.feedbacks, self.refit_window = feedbacks, refit_window

    def next(self, after):
        if self._following is None or after < 10.0:
            return (after // 10 + 1) * 10
        return self._following(after) if callable(self._following) else self._following

    def wants(self, matured):
        if isinstance(self._wanted, Exception):
            raise self._wanted
        return self._wanted
