"""What ``--cfg job`` and ``--help`` show is what is run and what may be set."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from sim.analysis.jobs.command_line import KEYS
from sim.analysis.stopping_rule import KEYS as UNTIL
from sim.lab.config.job import agent_of, build
from sim.lab.entry.app import main
from sim.lab.entry.hydra_plugin import register
from sim.scenario.library import data_dir

CONF = data_dir("conf")
AGENTS = ("linucb_online", "linucb_nightly", "ranker_micro_batch", "ranker_drift", "thompson_online", "uniform")
Said = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Return what ``python -m sim --help`` prints."""

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        assert left.value.code == 0
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    "choice",
    [
        [], *([f"agent={name}"] for name in AGENTS[:3]), ["learner=ucb1"],
        *(pytest.param([f"agent={name}"], marks=pytest.mark.slow) for name in AGENTS[3:]),
        pytest.param(["cadence=hourly"], marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_what_is_shown_is_what_is_run(lab, only_run, capsys, choice: list[str]) -> None:
    asked = [*choice, "scenario.horizon=20m"]
    assert lab(*asked, "--cfg", "job") == 0
    shown = OmegaConf.create(capsys.readouterr().out)
    assert lab(*asked) == 0
    ran = yaml.safe_load((only_run() / "config.yaml").read_text())
    assert agent_of(shown).describe() == ran["agent"]
    assert OmegaConf.to_container(shown.scenario) == ran["scenario"]
    assert {key: shown[key] for key in ("seed", "replications", "score_from", "block", "trace")} == {
        key: ran[key] for key in ("seed", "replications", "score_from", "block", "trace")
    }


def test_the_defaults_in_the_file_are_the_parts_that_run(lab, only_run) -> None:
    listed = yaml.safe_load((CONF / "config.yaml").read_text())["defaults"]
    parts = {key: value for one in listed if isinstance(one, dict) for key, value in one.items()}
    assert lab() == 0
    ran = yaml.safe_load((only_run() / "config.yaml").read_text())["choices"]
    assert {key: parts[key] for key in ("agent", "learner", "correction", "cadence")} == {
        key: ran[key] for key in ("agent", "learner", "correction", "cadence")
    }


@pytest.mark.parametrize("group", ["hydra/launcher", "hydra/sweeper"])
def test_help_lists_the_choices_of_hydra_s_parts(said, group: str) -> None:
    register()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        names = GlobalHydra.instance().config_loader().get_group_options(group)
    (line,) = [line for line in said("--help").splitlines() if line.startswith(f"{group}: ")]
    assert re.split(r",? +", line.partition(": ")[2].partition("  ")[0]) == names


def test_help_lists_every_key(said) -> None:
    text = said("--help")
    words = [*(key.rpartition(".")[2] for key in KEYS), *(f"replications.{key}" for key in UNTIL)]
    assert [word for word in words if not re.search(rf"\b{re.escape(word)}\b", text)] == []


def test_help_shows_what_runs_with_the_arguments_beside_it(said) -> None:
    text = said("--help", "agent=oracle")
    assert "_target_: agents.Oracle" in text
    assert "_target_: agents.LinUCB" not in text


def test_help_says_how_each_cadence_ships(said) -> None:
    ships: dict[str, list[str]] = {"in_place": [], "push": []}
    for file in sorted(Path(CONF / "cadence").glob("*.yaml")):
        ships[build("cadence", OmegaConf.load(file)).ship].append(file.stem)
    told = f"in_place ({', '.join(ships['in_place'])}), push (the others)"
    assert set(ships) == {"in_place", "push"}
    assert f"ship=null is the cadence's own way: {told}." in said("--help")
