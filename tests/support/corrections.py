"""Corrections for tests, and how a correction is asked."""

from __future__ import annotations

import numpy as np

from sim.pipeline.guarded_correction import takes_model
from sim.ports import Examples, Impressions


def made(correction, news, model=None):
    """Return a correction's examples, made with a model if it takes one."""
    return correction.examples(news, model) if takes_model(correction.examples) else correction.examples(news)


class Expecting:
    """A model that expects the same of each impression."""

    def __init__(self, outcome):
        self.outcome = outcome

    def predict(self, rows):
        return np.full(len(rows), self.outcome)


class Hopeful:
    """Hands over what the learner expects of what is served, and the label when it is known."""

    makes = "soft"

    def examples(self, news, model):
        served = news.served
        expected = np.full(len(served), 0.3) if model is None else np.nan_to_num(model.predict(served), nan=0.3)
        label = np.where(np.isfinite(served.delivered_at), served.label, expected.clip(0.0, 1.0))
        if news.refit:
            return Examples.plain(served, label)
        rows = Impressions.join([served, news.matured])
        return Examples.plain(rows, np.concatenate([label, news.matured.label]))


class Knowing:
    """Hands over what each impression settles to, when it is served."""

    needs_truth = True

    def examples(self, news):
        rows = news.served.take(~np.isnan(news.served.outcome))
        return Examples.plain(rows, rows.outcome)


class Sceptical:
    """Weighs what is served and what matures by what the learner expects of it, and by its age."""

    def begin(self, space):
        self.least = 1.0 / space.items

    def examples(self, news, model):
        rows = Impressions.join([news.served, news.matured])
        expected = np.full(len(rows), 0.5) if model is None else model.predict(rows)
        age = news.age(rows)
        weight = self.least + np.abs(np.where(np.isnan(expected), 0.25, expected)) + age / (1.0 + age)
        return Examples(rows, rows.label, weight)
