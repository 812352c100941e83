"""The simulated world: users with a latent state, items, what they answer and when it can be known."""

from sim.world.outlook import Outlook
from sim.world.world import Answers, Wave, World

__all__ = ["Answers", "Outlook", "Wave", "World"]
