"""How many impressions are on their way, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
UNLEARNED = "staleness/unlearned/mean"


def unlearned(curve: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return instants, and the impressions not learnt by then.

    Args:
        curve: of one replication; buckets without requests are left out.

    Returns:
        Seconds ``(k,)``, and means over the requests of each bucket ``(k,)``.
    """
    curve = curve.dropna(subset=[UNLEARNED])
    return curve["at"].to_numpy(dtype=float), curve[UNLEARNED].to_numpy(dtype=float)


def waiting(curve: pd.DataFrame, impressions: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return instants, and impressions not logged by then.

    Args:
        curve: of one replication, for the instants.
        impressions: its trace.

    Returns:
        Seconds ``(k,)``, and counts ``(k,)``.
    """
    at = curve["at"].to_numpy(dtype=float)
    served = np.sort(impressions["request_at"].to_numpy(dtype=float))
    arrived = np.sort(impressions["delivered_at"].dropna().to_numpy(dtype=float))
    return at, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
