"""The settings of a stored run: typed, checked once, and still what the file holds."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.analysis.run_config import RunConfig
from sim.errors import LabError
from sim.lab.store.run_folder import records


def stored(**changed: Any) -> dict[str, Any]:
    """Return the content of a file."""
    told = {"choices": {"learner": "ucb1"}, "agent": {"ship": "push"}, "scenario": {"name": "shop", "horizon": "1d"}}
    return told | {"seed": 3, "replications": 2, "version": "1", "own": [1]} | changed


def test_the_settings_of_a_run_are_typed_and_are_the_file_s(swept: Path) -> None:
    for record in records(swept):
        config = record.config
        held = yaml.safe_load((record.folder / "config.yaml").read_text())
        assert config == held
        assert dict(config) == held
        numbers = ("seed", "replications", "version")
        assert [getattr(config, name) for name in numbers] == [held[name] for name in numbers]
        assert config.ship == held["agent"]["ship"]
        assert (config.world, config.score_from) == ("tiny", "0s")
        assert record.config is config


def test_what_an_older_file_does_not_say() -> None:
    config = RunConfig.of(stored(agent={}), "config.yaml")
    assert (config.ship, config.score_from, config["own"]) == ("", "0s", [1])
    assert RunConfig.of(stored(score_from="2h"), "config.yaml").score_from == "2h"


def test_settings_are_frozen() -> None:
    config = RunConfig.of(stored(), "config.yaml")
    with pytest.raises(FrozenInstanceError):
        config.seed = 4  # type: ignore[misc]
    with pytest.raises(TypeError):
        config["seed"] = 4  # type: ignore[index]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": True}, "f: seed: is no int"),
        ({"agent": None}, "f: agent: is no dict"),
        ({"scenario": {"name": "x", "users": 3}}, "f: scenario.users: holds no keys"),
        ({"scenario": {}}, "f: scenario.name: is no str"),
        ({"choices": {"learner": ["x"]}}, "f: choices.learner: is no str"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as error:
        RunConfig.of(stored(**changed), "f")
    assert str(error.value) == message
