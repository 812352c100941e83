"""The simulated world: users with a latent state, items, what they answer and when it can be known."""

from sim.world.potential_outcomes import PotentialOutcomes
from sim.world.request_batch import Answers, RequestBatch
from sim.world.world import World

__all__ = ["Answers", "PotentialOutcomes", "RequestBatch", "World"]
