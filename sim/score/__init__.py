"""Scores of a run, from its chunks of served requests."""

from sim.score.metrics.base import About
from sim.score.scorer import Scorer, about, weights
from sim.score.scores import Scores
from sim.score.summary import across

__all__ = ["About", "Scorer", "Scores", "about", "across", "weights"]
