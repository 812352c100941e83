"""A job composed from what others share is the one that Hydra composes, or Hydra's own error."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from logging import DEBUG, getLogger
from pathlib import Path
from types import SimpleNamespace

import pytest
from hydra import initialize_config_dir
from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf

from sim.lab.config.compose import Composer
from sim.lab.entry.hydra_plugin import register
from sim.lab.sweep import launcher as processes
from sim.scenario.library import data_dir

JOBS = [
    ["seed=1"],
    ["seed=2"],
    ["learner=ucb1", "seed=1", "cadence=hourly"],
    ["seed=3", "cadence=hourly", "learner=ucb1", "++cadence.interval=30s"],
    ["agent=linucb_nightly", "scenario=bernoulli_bandit", 'scenario.platform.push="constant(1h)"', "ship=push"],
    ["scenario.users.count=50", "scenario.users.drift={half_life: 3d, spread: 0.4}"],
    ["experiment=online_or_batch", "seed=4"],
    ["experiment=online_or_batch", "learner=lints"],
    ["experiment=null", "hydra.job.chdir=true", "seed=5"],
    ["~ship", "seed=6"],
    ["+more=1", "seed='7'"],
    ["learner={alpha: 2.0}", "seed=8"],
    ["objective={regret/total: 1.0, pushes: 0.05}", "seed=9"],
    ["learner=softmax", "learner@learner.base=logistic", "++learner.base.ridge=5", "seed=10"],
]


CALLBACK = "+hydra.callbacks.mine._target_=hydra.experimental.callback.Callback"


@pytest.fixture(scope="module")
def hydra() -> Iterator[tuple[ConfigLoader, DictConfig]]:
    register()
    with initialize_config_dir(str(data_dir("conf")), version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        yield loader, loader.load_configuration("config", ["hydra.verbose=false"], RunMode.MULTIRUN)


def composed(compose, overrides: list[str]) -> object:
    try:
        config = compose(overrides)
    except Exception as error:
        return type(error), str(error)
    flags = [OmegaConf.is_struct(config), OmegaConf.is_readonly(config), OmegaConf.is_readonly(config.hydra)]
    return OmegaConf.to_yaml(config, sort_keys=False), flags


@pytest.mark.parametrize("jobs", [JOBS[:7], pytest.param(JOBS, marks=pytest.mark.slow)], ids=["some", "all"])
def test_it_is_what_hydra_composes(hydra, jobs: list[list[str]]) -> None:
    loader, master = hydra
    composer = Composer(loader, master)
    for job in jobs:
        assert composed(composer, job) == composed(lambda o: loader.load_sweep_config(master, list(o)), job), job


@pytest.mark.parametrize("wrong", [["seeed=1"], ["learner=nobody"], ["seed=1,2"], ["scenario.users.cont=3"], ["a@b=1"]])
def test_an_error_is_hydra_s(hydra, wrong: list[str]) -> None:
    loader, master = hydra
    told = composed(Composer(loader, master), wrong)
    assert isinstance(told[0], type)
    assert told == composed(lambda o: loader.load_sweep_config(master, list(o)), wrong)


def test_what_is_shared_is_composed_once(hydra, monkeypatch) -> None:
    loader, master = hydra
    composer, calls = Composer(loader, master), []
    compose = loader.load_sweep_config
    monkeypatch.setattr(loader, "load_sweep_config", lambda *a: calls.append(a) or compose(*a))
    seeds = [composer([f"learner={learner}", f"seed={n}"]).seed for n in range(3) for learner in ("ucb1", "lints")]
    assert seeds == [0, 0, 1, 1, 2, 2]
    assert len(calls) == 2


Seen = dict[str, object]


def played(hydra, overrides: list[str], seen: list[Seen]) -> float:
    """Play a job as a process of the launcher does; note what its task finds, and whether callbacks were called."""
    loader, master = hydra
    calls: list[str] = []
    callbacks = SimpleNamespace(
        on_job_start=lambda **_: calls.append("start"), on_job_end=lambda **_: calls.append("end")
    )

    def task(config: DictConfig) -> float:
        node = HydraConfig.get()
        told = {"overrides": OmegaConf.to_container(node.overrides.task), "choices": dict(node.runtime.choices)}
        where = {"number": node.job.num, "with Hydra's": "hydra" in config, "folder": Path.cwd()}
        asked = {"variable": os.environ.get("ASKED"), "level": getLogger("asked").level, "calls": calls}
        seen.append({"config": OmegaConf.to_yaml(config), **told, **where, **asked})
        return 1 / config.seed

    composed = pickle.dumps(loader.load_sweep_config(master, overrides))
    return processes.work(task, composed, 7, {"sweep": "mine"}, HydraContext(loader, callbacks))


def test_a_job_is_given_what_hydra_gives(hydra, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[Seen] = []
    ours = played(hydra, ["seed=2", "learner=ucb1"], seen)
    theirs = played(hydra, ["seed=2", "learner=ucb1", "hydra.job.chdir=true"], seen)
    assert [one.pop("calls") for one in seen] == [["start", "end"]] * 2
    assert [one.pop("folder") for one in seen] == [tmp_path, tmp_path / "results" / "sweeps" / "mine"]
    assert seen[0] == seen[1]
    assert seen[0]["number"] == 7
    assert "sweep: mine" in str(seen[0]["config"])
    assert ours == theirs == 0.5


def test_a_job_that_fails_raises_its_error(hydra, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZeroDivisionError):
        played(hydra, ["seed=0"], [])


def test_what_a_job_asks_of_hydra_it_gets(hydra, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[Seen] = []
    asked = ["seed=2", f"results.dir={tmp_path / 'there'}", "hydra.job.chdir=true", "hydra.output_subdir=.hydra"]
    played(hydra, asked, seen)
    assert seen[0]["folder"] == tmp_path / "there" / "sweeps" / "mine"
    assert (tmp_path / "there" / "sweeps" / "mine" / ".hydra" / "overrides.yaml").is_file()
    for override in ("hydra.verbose=[asked]", "+hydra.job.env_set.ASKED=yes", CALLBACK):
        played(hydra, ["seed=2", override], seen)
    assert [(one["level"], one["variable"]) for one in seen[1:]] == [(DEBUG, None), (DEBUG, "yes"), (DEBUG, None)]
    assert all(one["calls"] == ["start", "end"] for one in seen)
