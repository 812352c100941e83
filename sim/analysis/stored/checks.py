"""Summary and manifest of a stored run, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.analysis.score import outdated
from sim.analysis.stored.columns import LONGEST
from sim.errors import LabError
from sim.score import Scores

_MANIFEST = {"fingerprint": str, "started_at": str, "seconds": float, "environment": dict}


def summary_of(found: Mapping[str, Any], file: Path) -> Scores:
    """Return the scores of a summary, without those outdated.

    Args:
        found: its content.
        file: its name, for messages.

    Raises:
        LabError: one is no number.
    """
    scores, former = Scores.of(found, file), outdated(found)
    return Scores({name: value for name, value in scores.items() if name not in former})


def manifest_of(found: dict[str, Any], file: Path) -> dict[str, Any]:
    """Return a manifest whose keys are what they must be.

    Args:
        found: its content.
        file: its name, for messages.

    Raises:
        LabError: a key is missing, or of another kind.
    """
    for key, kind in _MANIFEST.items():
        if not isinstance(found.get(key), kind):
            raise LabError(f"{file}: {key}: is no {kind.__name__}")
    if not 0.0 <= found["seconds"] <= LONGEST:
        raise LabError(f"{file}: seconds: is no time that a run takes")
    return found


def start_of(manifest: Mapping[str, Any], file: Path) -> datetime:
    """Return when a run was started.

    Raises:
        LabError: it is no time.
    """
    try:
        began = datetime.fromisoformat(manifest["started_at"])
        if began.timestamp() >= 0:
            return began
    except (ValueError, OverflowError, OSError):
        pass
    raise LabError(f"{file}: started_at: is no time")
