"""Names of the score on which agents are compared.

It is regret at the base rate (`sim.score.metrics.regret`). Regret per request would favour an agent that drives away
the users it serves badly.
"""

from __future__ import annotations

REGRET = "regret/at_base_rate"
WORDS = "regret at the base rate"
TITLE = "Regret at the base rate"
HEADING = "regret (base rate)"
