"""The command that makes a sweep again, with other settings."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.analysis.jobs.command_line import RESULTS


def again(command: Sequence[str], overrides: Sequence[str], results: Path) -> str:
    """Return a command with other overrides, for the shell.

    >>> again(["learner=ucb1,uniform", "seed=3", "replications.max=8"], ["replications=40", "seed=4"], Path("results"))
    'python -m sim -m learner=ucb1,uniform replications=40 seed=4'
    """
    given = {one.partition("=")[0] for one in overrides}
    gone = given | ({"replications.until", "replications.max", "replications.min", "replications.baseline"}
                    if "replications" in given else set())  # fmt: skip
    others = [one for one in command if one.lstrip("+").partition("=")[0] not in gone]
    place = [] if results.absolute() == Path("results").absolute() else [RESULTS, str(results)]
    return shlex.join(["python", "-m", "sim", "-m", *others, *overrides, *place])
