"""The configuration of a run, typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.settings import score_from
from sim.errors import LabError

_CONFIG = {"choices": dict, "agent": dict, "scenario": dict, "seed": int, "replications": int, "version": str}
_BLOCKS = ("users", "items", "slate", "feedback", "platform")


@dataclass(frozen=True, eq=False)
class RunConfig(Mapping[str, Any]):
    """The configuration of a run; as a mapping, its file."""

    stored: Mapping[str, Any]  # the content of the file, from which the rest is read
    choices: Mapping[str, str]  # the names chosen in the config groups
    agent: Mapping[str, Any]  # class and parameters of each part, and ``ship``
    scenario: Mapping[str, Any]  # the world, as it was written
    seed: int  # the run's seed
    replications: int  # how many
    version: str  # of delaylab

    @staticmethod
    def of(stored: Mapping[str, Any], file: str | Path) -> RunConfig:
        """Return the settings in a file."""
        for key, kind in _CONFIG.items():
            if not isinstance(stored.get(key), kind) or isinstance(stored[key], bool):
                raise LabError(f"{file}: {key}: is no {kind.__name__}")
        if wrong := [key for key in _BLOCKS if not isinstance(stored["scenario"].get(key, {}), dict)]:
            raise LabError(f"{file}: scenario.{wrong[0]}: holds no keys")
        words = {"scenario.name": stored["scenario"].get("name")} | {
            f"choices.{k}": v or "" for k, v in stored["choices"].items()
        }
        if wrong := [key for key, value in words.items() if not isinstance(value, str)]:
            raise LabError(f"{file}: {wrong[0]}: is no str")
        return RunConfig(stored, **{key: stored[key] for key in _CONFIG})

    @property
    def ship(self) -> str:
        """``push``, ``in_place``, or empty if not stored."""
        return str(self.agent.get("ship") or "")

    @property
    def world(self) -> str:
        """The scenario's name, also when chosen by path."""
        return str(self.scenario["name"])

    @property
    def score_from(self) -> str:
        """The instant from which the run is scored."""
        return score_from(self.stored)

    def __getitem__(self, key: str) -> Any:
        return self.stored[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)
