"""Choice models: how users choose from a slate.

One file for each; a scenario names one by text such as ``position_based(examination=[1, 0.5])``.
"""

from sim.choices.base import Choice
from sim.choices.language import parse_choice

__all__ = ["Choice", "parse_choice"]
