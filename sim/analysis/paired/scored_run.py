"""What a comparison reads of a run: settings and scores."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from sim.analysis.identity import epoch_of
from sim.analysis.run_config import RunConfig
from sim.analysis.settings import score_from
from sim.analysis.world_keys import world_part
from sim.score import Scores

if TYPE_CHECKING:
    import pandas as pd

_EMPIRICAL = re.compile(r"empirical\(\s*file\s*=\s*[\"']?([^\"')]+)")
_VECTORS = re.compile(r"\b(?:features|tastes)\"?:\s*[\"']?([\w.\- ]+\.(?:parquet|csv))\b")


def files_named(scenario: str) -> list[str]:
    """Return the files that a scenario's text may name.

    >>> files_named("delay: empirical(file=delays.txt)"), files_named("items: {count: 2, features: own.csv}")
    (['delays.txt'], ['own.csv'])
    """
    return sorted({name.strip() for kind in (_EMPIRICAL, _VECTORS) for name in kind.findall(scenario)})


def beside(name: str) -> bool:
    """Say whether a name is a file beside the scenario.

    >>> beside("delays.txt"), beside("../delays.txt"), beside(".hidden")
    (True, False, False)
    """
    return Path(name).name == name and not name.startswith(".")


class ScoredRun(Protocol):
    """A run with its scores, in memory or stored."""

    @property
    def hash(self) -> str:
        """The name of the run."""

    @property
    def config(self) -> RunConfig:
        """The resolved configuration."""

    @property
    def world(self) -> str:
        """Identity of the world; runs of equal worlds are comparable.

        It covers what determines users, items, outcomes and delays.
        """

    @property
    def summary(self) -> Scores:
        """The scores by name; None where a score is undefined."""

    @property
    def replicates(self) -> pd.DataFrame | None:
        """The scores of each replication.

        It has a column ``replication``; None if the scores are not known.
        """


@runtime_checkable
class StoredRun(ScoredRun, Protocol):
    """A scored run with tables in a folder."""

    @property
    def folder(self) -> Path:
        """Its folder."""

    @property
    def traced(self) -> bool:
        """Whether requests and impressions are there."""

    def table(self, name: str) -> pd.DataFrame:
        """Return ``curve``, ``versions``, or a trace table."""


def stored(run: ScoredRun) -> StoredRun:
    """Return a run that has tables."""
    assert isinstance(run, StoredRun), run
    return run


def world_of(config: Mapping[str, Any], folder: Path | None) -> str:
    """Return the identity of the world of a run.

    It covers what determines users, items, outcomes and delays, what is scored, and the results epoch. Neither the
    platform nor windows belong to it, see `sim.analysis.world_keys`.

    Two runs in equal worlds and with equal seeds have the same random numbers.

    Args:
        config: the resolved configuration of a run.
        folder: the folder of the files that laws of the scenario name; None if they name none.
    """
    world = world_part(config["scenario"])
    identity = json.dumps([world, score_from(config), epoch_of(config)], sort_keys=True, default=str)
    files = [folder / name for name in files_named(identity) if Path(name).name == name] if folder is not None else []
    return identity + "".join(_sha256(file) for file in files if file.is_file())


def _sha256(file: Path) -> str:
    """Return the hash of a file, however large it is."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
