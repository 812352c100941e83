"""Attribution windows of runs in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.paired.in_memory import contenders_of
from sim.analysis.windows.study import WindowStudy, window_study
from sim.errors import LabError
from sim.simulation import Run


def attribution_windows(runs: Mapping[str, Run] | Sequence[Run]) -> WindowStudy:
    """Compare runs of one world that differ in their window.

    Args:
        runs: by name, or a list, as of `sim.analysis.compare`; the window is that of what is learnt.

    Returns:
        ``answer``, sentences of which the first says after how long silence counts as no; ``table``, a row per window
        with the paired difference to the longest, the share credited and the age of labels; ``curves``.

    Raises:
        LabError: no two runs differ in nothing but the window, or worlds or seeds differ.
    """
    study = window_study(contenders_of(runs))
    if study is None:
        raise LabError("attribution_windows: no two runs differ in nothing but feedback.*.window of what is learnt")
    return study
