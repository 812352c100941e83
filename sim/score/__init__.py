"""Scores: what a run was worth, from its chunks of served requests."""

from sim.score.scorer import Scorer, weights
from sim.score.summary import across

__all__ = ["Scorer", "across", "weights"]
