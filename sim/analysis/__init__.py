"""Compare, evaluate, attribute, replay and fit.

Plain objects in and out: nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from sim.analysis.ab_test.ab_tests import ab_tests
from sim.analysis.off_policy.evaluate import evaluate
from sim.analysis.paired.in_memory import compare

__all__ = ["ab_tests", "compare", "evaluate"]
