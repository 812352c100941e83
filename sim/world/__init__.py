"""The simulated world of users and items.

Users have a latent state. The world decides what they answer and when it can be known.
"""

from sim.world.potential_outcomes import PotentialOutcomes
from sim.world.request_batch import Answers, RequestBatch, Served
from sim.world.world import World

__all__ = ["Answers", "PotentialOutcomes", "RequestBatch", "Served", "World"]
