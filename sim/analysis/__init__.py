"""Compare, attribute, replay and fit: plain objects in and out.

Nothing here knows Hydra, MLflow, figures or the files of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.paired.in_memory import compare

__all__ = ["compare"]

if TYPE_CHECKING:
    from sim.analysis.paired.in_memory import compare


def __getattr__(name: str) -> Any:
    """Import the public function when it is first asked for."""
    if name != "compare":
        raise AttributeError(f"module 'sim.analysis' has no attribute {name!r}")

    return compare
