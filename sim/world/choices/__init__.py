"""How users choose from a slate: one model a file, found by its ``name``."""

from sim.world.choices.base import ChoiceModel, choice_model

__all__ = ["ChoiceModel", "choice_model"]
