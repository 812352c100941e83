"""What a comparison needs to know of a run: its settings and its scores."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.analysis.identity import epoch_of
from sim.analysis.settings import score_from

if TYPE_CHECKING:
    import pandas as pd

EMPIRICAL = re.compile(r"empirical\(\s*file\s*=\s*[\"']?([^\"')]+)")
_NO_WORLD = ("name", "description", "platform")


class ScoredRun(Protocol):
    """A run with its scores, in memory or in a folder."""

    @property
    def hash(self) -> str:
        """The name of the run."""

    @property
    def config(self) -> Mapping[str, Any]:
        """Its resolved configuration: ``scenario agent seed replications score_from version choices``."""

    @property
    def world(self) -> str:
        """What determines users, items, outcomes and delays: runs of equal worlds may be compared."""

    @property
    def summary(self) -> dict[str, float | None]:
        """Its scores by name; None where a score is undefined."""

    @property
    def replicates(self) -> pd.DataFrame | None:
        """The scores of each replication, with a column ``replication``; None if they are not known."""


def world_of(config: Mapping[str, Any], folder: Path | None) -> str:
    """Return what determines users, items, outcomes and delays, what is scored, and the results epoch.

    Two runs in equal worlds and with equal seeds meet the same random numbers.

    Args:
        config: the resolved configuration of a run.
        folder: where the files lie that laws of the scenario name; None if they name none.
    """
    world = {key: value for key, value in config["scenario"].items() if key not in _NO_WORLD}
    told = json.dumps([world, score_from(config), epoch_of(config)], sort_keys=True, default=str)
    names = {name.strip() for name in EMPIRICAL.findall(told)} if folder is not None else set()
    files = [folder / name for name in sorted(names) if Path(name).name == name] if folder is not None else []
    return told + "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file())
