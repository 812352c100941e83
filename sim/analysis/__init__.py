"""Compare, evaluate, attribute, replay and fit.

Plain objects in and out: nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from sim.analysis.off_policy.evaluate import evaluate
from sim.analysis.paired.in_memory import compare

__all__ = ["compare", "evaluate"]
