"""The predictions of an agent, checked before use."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.agent_error import REAL, Breach

INFINITE = "a predicted outcome is infinite; a finite number is expected, NaN where unknown"


def checked_predictions(said: Any, rows: str, count: int) -> NDArray[np.float64]:
    """Return predictions as float64, NaN where unknown.

    Args:
        said: what the agent said.
        rows: what there is one of for each, for the message.
        count: how many.

    Raises:
        Breach: they are not ``count`` numbers, finite or NaN.
    """
    numbers = np.asarray(said)
    if numbers.shape != (count,):
        raise Breach(f"predictions have shape {numbers.shape}, expected ({rows},) = ({count},)")
    if numbers.dtype.kind not in REAL:
        raise Breach(f"predictions hold {numbers.dtype}, expected real numbers")
    numbers = numbers.astype(np.float64, copy=False)
    if not isfinite(np.vdot(numbers, numbers)) and np.isinf(numbers).any():
        raise Breach(INFINITE)
    return numbers
