"""Compare, evaluate, attribute, replay and fit.

Plain objects in and out: nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from sim.analysis.ab_test.ab_tests import ab_tests
from sim.analysis.off_policy.evaluate import evaluate
from sim.analysis.paired.in_memory import compare
from sim.analysis.triggers.triggers import score_triggers
from sim.analysis.windows.in_memory import attribution_windows

__all__ = ["ab_tests", "attribution_windows", "compare", "evaluate", "score_triggers"]
