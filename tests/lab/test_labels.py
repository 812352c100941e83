"""The short name of a run: learner, correction, cadence and ship, whatever was chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from sim.analysis.settings import display_name, run_label
from sim.scenario.library import data_dir

CHOSEN = {"learner": "linucb", "correction": "wait", "cadence": "nightly"}


def config(ship: str = "push", push: str = "constant(20m)", seed: int = 0, **choices: str) -> dict[str, Any]:
    """Return the settings of a run."""
    parts = {group: {"class": f"agents.{group}.X{group}"} for group in CHOSEN}
    world = {"name": "shop", "platform": {"push": push}}
    return {"choices": choices, "agent": {**parts, "ship": ship}, "scenario": world, "seed": seed}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (config(**CHOSEN), "linucb, wait, nightly, push 20m · shop"),
        (config("in_place", **CHOSEN), "linucb, wait, nightly, in place · shop"),
        (config(**CHOSEN | {"correction": "none"}, seed=3), "linucb, no correction, nightly, push 20m · seed 3 · shop"),
        (
            config(push="lognormal(median=20m, p95=2h)"),
            "Xlearner, Xcorrection, Xcadence, push lognormal(median=20m, p95=2h) · shop",
        ),
        (config(push="empirical(file=pushes_of_last_year.csv)", **CHOSEN), "linucb, wait, nightly, push · shop"),
    ],
)
def test_a_name_holds_all_parts(told: dict[str, Any], name: str) -> None:
    assert run_label(told) == name


def test_a_time_that_the_cadence_s_name_does_not_say_is_in_every_name() -> None:
    """All names of `conf/cadence` that say a time are known, with the time of their file; other times are shown."""
    files = {file.stem: yaml.safe_load(file.read_text()) for file in (data_dir("conf") / "cadence").glob("*.yaml")}
    timed = {name for name in files if re.search("hour|dail|day|night|minute|week", name)}
    assert {"hourly", "nightly", "every_minute"} <= timed
    for name in timed:
        ((key, said),) = ((key, files[name][key]) for key in ("interval", "every", "time") if key in files[name])
        other = f"{name} at 9h" if key == "time" else "adding every 9h" if "adding" in name else "every 9h"
        for value, told in ((said, name), ("9h", other)):
            settings = {"cadence": name, f"cadence.{key}": value}
            assert display_name(settings, "cadence") == told
            assert display_name(settings, f"cadence.{key}", ["cadence"]) == ""
            assert display_name(settings, f"cadence.{key}") == f"{key} {value}"  # no name says it
    assert display_name({"cadence": "micro_batch", "cadence.every": "9h"}, "cadence.every", ["cadence"]) == "every 9h"
    for at, told in (("7d", "weekly"), ("14d", "every 14d")):  # a name that nobody listed
        assert display_name({"cadence": "weekly", "cadence.interval": at}, "cadence") == told
    half = config(**CHOSEN | {"cadence": "hourly"})
    half["agent"]["cadence"] = {"class": "agents.Every", "interval": 1800.0}
    assert run_label(half) == "linucb, wait, every 30m, push 20m · shop"


def test_a_name_of_a_stranger_s_settings_is_text() -> None:
    strange = {"choices": {}, "agent": {"learner": 3}, "scenario": {"name": "x", "platform": {}}, "seed": 0}
    assert run_label(strange) == "?, ?, ?, in place · x"


def test_a_run_s_heading_holds_all_parts(lab, capsys) -> None:
    assert lab("agent=ucb1_online") == 0
    assert "ucb1, observed_only, online, in place · tiny" in capsys.readouterr().out
