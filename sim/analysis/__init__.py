"""Compare, attribute, replay and fit: plain objects in and out.

Nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from sim.analysis.paired.in_memory import compare

__all__ = ["compare"]
