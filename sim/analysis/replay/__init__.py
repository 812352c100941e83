"""Explain a slate of a user by replaying the request."""

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.replay import replay, visits

__all__ = ["Replay", "Visit", "replay", "visits"]
