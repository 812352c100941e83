"""A job composed from what others share is the one that Hydra composes, or Hydra's own error."""

from __future__ import annotations

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.utils import create_config_search_path
from hydra.core.config_loader import ConfigLoader
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from sim.lab.composing import Composer
from sim.lab.plugin import register
from sim.scenario.shelf import data_dir

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
]


@pytest.fixture(scope="module")
def hydra() -> tuple[ConfigLoader, DictConfig]:
    register()
    loader = ConfigLoaderImpl(create_config_search_path(str(data_dir("conf"))))
    return loader, loader.load_configuration("config", ["hydra.verbose=false"], RunMode.MULTIRUN)


def composed(compose, overrides: list[str]) -> object:
    try:
        config = compose(overrides)
    except Exception as error:
        return type(error), str(error)
    flags = [config._get_flag(flag) for flag in ("struct", "readonly")]
    return OmegaConf.to_yaml(config, sort_keys=False), flags, config.hydra._get_flag("readonly")


def test_it_is_what_hydra_composes(hydra) -> None:
    loader, master = hydra
    composer = Composer(loader, master)
    for job in JOBS:
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
