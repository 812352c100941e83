"""Why did this user see this slate: one request of a run, replayed and looked at from all sides."""

from sim.analysis.replay.model import Replay, Visit
from sim.analysis.replay.replay import replay, visits

__all__ = ["Replay", "Visit", "replay", "visits"]
