"""What is said of a wrong input: one line that names the key as it was typed, and what is allowed."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import simulate

OWN = """\
class Popular:
    def __init__(self, smoothing=1.0): ...
    def train(self, experience): ...
    def policy(self): ...
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a learner's file that names a class; return the folder of the configuration."""
    (tmp_path / "popular_agents.py").write_text(OWN)
    (tmp_path / "broken_agents.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(tmp_path)

    def write(target: str) -> str:
        (tmp_path / "conf" / "learner").mkdir(parents=True)
        (tmp_path / "conf" / "learner" / "mine.yaml").write_text(f"_target_: {target}\n")
        return str(tmp_path / "conf")

    return write


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cadence=hourly", "cadence.interval=30"], "cadence.interval: 30 has no unit; write a duration such as 30s,"),
        pytest.param(
            ["cadence=micro_batch", "cadence.every=2.5"], "cadence.every: 2.5 has no unit; ", marks=pytest.mark.slow
        ),
        pytest.param(
            ["cadence=nightly", "cadence.refit_window=7"],
            "cadence.refit_window: 7 has no unit; ",
            marks=pytest.mark.slow,
        ),
        (["cadence=hourly", "cadence.interval=-1h"], "cadence.interval: '-1h' is not a duration; "),
        (["cadence=hourly", "cadence.interval=null"], "cadence.interval: 'null' is not a duration; "),
        (["learner=linucb", "learner.alfa=1"], "learner.alfa: unknown key of LinUCB, did you mean learner.alpha; "),
        (["learner=linucb", "+learner.alfa=1"], "learner.alfa: unknown key of LinUCB, did you mean learner.alpha; "),
        (["cadence=online", "cadence.interval=1h"], "cadence.interval: unknown key of Online; it has no keys"),
        (["scenario.platfrom.push=1s"], "scenario.platfrom: unknown key, did you mean scenario.platform; allowed are "),
        (["scenario.platform.pus=1s"], "scenario.platform.pus: unknown key, did you mean scenario.platform.push; "),
        (["scenario.feedback.conversion.rate=0.1"], "scenario.feedback.conversion.rate: the block "),
        (["users.count=3"], "users: unknown key, did you mean scenario.users.count; allowed are "),
        (["shop"], "shop: not an override; key=value is allowed: scenario=shop"),
        (["results.dri=x"], "results.dri: unknown key, did you mean results.dir; allowed are dir"),
        (["+foo=1"], "foo: unknown key; allowed are scenario, "),
        pytest.param(
            ["+results.dri=1"],
            "results.dri: unknown key, did you mean results.dir; allowed are ",
            marks=pytest.mark.slow,
        ),
        (["-m", "hydra.launcher.workers=0"], "hydra.launcher.workers: is 0; a whole number >= 1, or null, is allowed"),
        pytest.param(["-m", "hydra.launcher.workers=-2"], "hydra.launcher.workers: is -2; ", marks=pytest.mark.slow),
        (["seed=9223372036854775808"], "seed: is 9223372036854775808; a whole number >= 0 and below 2**63 is allowed"),
        (["replications=2.0"], "replications: is 2.0; a whole number >= 1 is allowed"),
        (
            ["-m", "--cfg", "job"],
            "Only one of --run, --multirun, --cfg, --info and --shell_completion can be specified",
        ),
        (
            ["-m", "hydra.launcher.workers=a"],
            "hydra.launcher.workers=a: Value 'a' of type 'str' could not be converted",
        ),
        (["results=3"], "results: is 3; results.dir=PATH is allowed"),
        (["~seed"], "seed: is missing; it cannot be removed"),
        pytest.param(["~learner"], "learner: is missing; it cannot be removed", marks=pytest.mark.slow),
        (["rerun=maybe"], "rerun: is 'maybe'; true or false is allowed"),
        (
            ["-m", "cadence=hourly,online", "cadence.interval=1h"],
            "cadence.interval: unknown key of Online; it has no keys (job cadence=online)",
        ),
        (["--resolve"], "The --resolve flag can only be used in conjunction with --cfg or --help"),
        (["--shell-completion"], "Expecting one subcommand from "),
        (["agent=ucb1_online,uniform"], "agent=ucb1_online,uniform: several values make a sweep: add -m"),
        (["seed=range(3)"], "seed=range(3): several values make a sweep: add -m"),
        pytest.param(
            ["scenario.platform.push=0s,1m"],
            "scenario.platform.push=0s,1m: several values make a sweep: add -m",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_one_line(lab, capsys, tmp_path: Path, arguments: list[str], message: str) -> None:
    assert lab(*arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(message)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"replications": 2.0}, "replications is 2.0, expected a whole number from 1 to 2"),
        ({"replications": "2"}, "replications is '2', expected a whole number"),
        ({"replications": None}, "replications is None, expected a whole number"),
        ({"seed": 2**63}, "seed is 9223372036854775808, expected a whole number from 0 to 2"),
        ({"seed": -1}, "seed is -1, expected"),
        ({"block": 0}, "block is 0, expected a whole number from 1"),
    ],
)
def test_the_python_api_takes_whole_numbers_only(numbers: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        simulate("bernoulli_bandit", agent="uniform", **numbers)


def test_the_largest_seed_runs(tiny: Path) -> None:
    assert simulate(tiny, agent="uniform", seed=np.int64(2**63 - 1)).summary["requests"] == 56.0


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "popular_agents.Populr",
            "learner: _target_ popular_agents.Populr: popular_agents has no Populr, did you mean",
        ),
        ("popular_agents.x.Popular", "learner: _target_ popular_agents.x.Popular: popular_agents has no x"),
        ("missing_agents.Popular", "learner: _target_ missing_agents.Popular: the module missing_agents cannot be imp"),
        ("broken_agents.Popular", "learner: _target_ broken_agents.Popular: the module broken_agents cannot be import"),
    ],
)
def test_a_class_that_is_not_there(lab, own, capsys, target: str, message: str) -> None:
    assert lab("--config-dir", own(target), "learner=mine") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(message)


def test_a_key_that_a_class_of_ones_own_does_not_take(lab, own, capsys) -> None:
    assert lab("--config-dir", own("popular_agents.Popular"), "learner=mine", "+learner.smothing=2") == 2
    said = capsys.readouterr().err
    assert said.startswith("learner.smothing: unknown key of Popular, did you mean learner.smoothing")


@pytest.mark.parametrize("several", [[], ["-m", "seed=1,2"]])
def test_a_class_on_the_command_line_says_how_to_choose_it(lab, own, capsys, several: list[str]) -> None:
    own("popular_agents.Popular")
    assert lab(*several, "learner._target_=popular_agents.Popular", "learner.smoothing=2") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "learner._target_: Popular does not take alpha, ridge, model, forget, left from the learner chosen before; "
        "write conf/learner/mine.yaml with the line _target_: popular_agents.Popular "
        "and add --config-dir conf learner=mine"
    )


def test_a_class_on_the_command_line_with_the_keys_of_the_one_before_runs(lab, only_run) -> None:
    assert lab("learner=ucb1", "learner._target_=agents.learners.ucb1.UCB1") == 0
    assert only_run().is_dir()


def test_a_wrong_key_beside_a_class_on_the_command_line_is_told(lab, own, capsys) -> None:
    own("popular_agents.Popular")
    assert lab("learner=uniform", "learner._target_=popular_agents.Popular", "learner.smothing=2") == 2
    assert capsys.readouterr().err.startswith("learner.smothing: unknown key of Popular, did you mean learner.smooth")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("agent=linucb", "learner=linucb"),
        ("agent=hourly", "cadence=hourly"),
        ("learner=linucb_nightly", "agent=linucb_nightly"),
        ("learner=news_feed", "scenario=news_feed"),
    ],
)
def test_a_name_of_another_group_suggests_that_group(lab, capsys, asked: str, meant: str) -> None:
    assert lab(asked) == 2
    group, _, name = asked.partition("=")
    assert capsys.readouterr().err.startswith(f"{group}: unknown name '{name}', did you mean {meant}; known are ")


@pytest.mark.parametrize("several", [False, True])
def test_a_file_that_is_no_yaml_is_told_with_line_and_column(lab, tmp_path: Path, several: bool, capsys) -> None:
    file = tmp_path / "conf" / "learner" / "mine.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("_target_: agents.UCB1\nalpha: [1, 2\nridge: 3\n")
    path = f"hydra.searchpath=[file://{tmp_path / 'conf'}]"
    jobs = ["-m", "hydra/launcher=basic", "learner=mine,ucb1"] if several else ["learner=mine"]
    assert lab(*jobs, path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        f"{file}:3:6: not YAML: while parsing a flow sequence that begins at line 2, expected ',' or"
    )
