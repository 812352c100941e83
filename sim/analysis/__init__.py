"""Compare, evaluate, attribute, replay and fit.

Plain objects in and out: nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from typing import TYPE_CHECKING

from sim.lazy import names_of

if TYPE_CHECKING:
    from sim.analysis.ab_test.ab_tests import ab_tests
    from sim.analysis.off_policy.evaluate import evaluate
    from sim.analysis.paired.in_memory import compare
    from sim.analysis.triggers.triggers import score_triggers
    from sim.analysis.windows.in_memory import attribution_windows

__all__ = ["ab_tests", "attribution_windows", "compare", "evaluate", "score_triggers"]

# a module of this package is imported without these, which import the kernel and every agent
__getattr__, __dir__ = names_of(
    __name__,
    {
        "ab_tests": "sim.analysis.ab_test.ab_tests",
        "attribution_windows": "sim.analysis.windows.in_memory",
        "compare": "sim.analysis.paired.in_memory",
        "evaluate": "sim.analysis.off_policy.evaluate",
        "score_triggers": "sim.analysis.triggers.triggers",
    },
)
