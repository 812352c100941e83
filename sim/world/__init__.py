"""The simulated world: users with a latent state, items, what they answer and when it can be known."""

from sim.world.outlook import Outlook
from sim.world.wave import Answers, Wave
from sim.world.world import World

__all__ = ["Answers", "Outlook", "Wave", "World"]
