"""The score that agents are compared on, in one place: its name, and how people read it.

It is regret at the base rate (`sim.score.metrics.regret`): regret per request crowns an agent that drives away whom it
serves badly.
"""

from __future__ import annotations

REGRET = "regret/at_base_rate"
WORDS = "regret at the base rate"
TITLE = "Regret at the base rate"
HEADING = "regret (base rate)"
