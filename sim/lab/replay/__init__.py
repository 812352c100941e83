"""Why did this user see this slate: one request of a run, replayed and looked at from all sides."""

from sim.lab.replay.found import Replay, Visit
from sim.lab.replay.replay import replay, visits

__all__ = ["Replay", "Visit", "replay", "visits"]
