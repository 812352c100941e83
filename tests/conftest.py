"""What makes thousands of tests quicker, and changes none of them."""

from __future__ import annotations

import copy
import functools
import gc
import os
import pickle
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import hydra.core.utils
import omegaconf.base
import pytest
from _pytest.doctest import DoctestItem
from hydra._internal import defaults_list
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import CachingConfigRepository, ConfigRepository
from hydra._internal.hydra import Hydra
from hydra.core.default_element import InputDefault, ResultDefault
from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigResult, ConfigSource
from hydra.types import RunMode
from omegaconf import DictConfig

from sim.lab.entry.hydra_plugin import ScenarioSource
from sim.scenario.library import data_dir, find

gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the worked examples of learners, a run each, to make test-all."""
    for item in items:
        if isinstance(item, DoctestItem) and item.nodeid.startswith("agents/learners/"):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone whatever is there before the first test, and seldom look at the rest."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _composed_once() -> Iterator[None]:
    """Have Hydra compose a command once.

    It does so twice, first to see whether a configuration says that it is a sweep; errors of the first time count for
    nothing. Ours say so in experiments only, and those of others may.
    """
    whole = Hydra.get_mode

    def get_mode(app: Hydra, config_name: str | None, overrides: list[str]) -> object:
        if "hydra.mode=RUN" in overrides:
            return RunMode.RUN
        may_say = [*overrides, *sys.argv]
        if any("experiment" in word or "hydra.mode" in word or "--config-dir" in word for word in may_say):
            return whole(app, config_name, overrides)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hydra, "get_mode", get_mode)
        yield


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """Have Hydra read a configuration of ours or of its own once, and scenarios of equal content too.

    It reads some twenty files for each job, and copies all structured ones before it looks for them.
    """
    read, kept = ConfigRepository.load_config, dict[tuple[object, ...], bytes]()
    shipped = {("main", str(data_dir("conf"))), ("hydra", "hydra.conf"), ("schema", "")}

    def content(source: ConfigSource | None, config_path: str) -> tuple[object, ...] | None:
        if source is not None and (source.provider, source.path) in shipped:
            return source.provider, source.path, config_path
        if isinstance(source, ScenarioSource) and (file := find(config_path.partition("/")[2])).is_file():
            text = file.read_bytes()
            beside = (b"empirical", b".csv", b".parquet")  # what is read from a file of its own
            return None if any(word in text for word in beside) else (text,)
        return None

    def load_config(repository: ConfigRepository, config_path: str) -> ConfigResult | None:
        key = content(repository._find_object_source(config_path, ObjectType.CONFIG), config_path)
        if key is None:
            return read(repository, config_path)
        if key not in kept:
            kept[key] = pickle.dumps(read(repository, config_path))
        result: ConfigResult = pickle.loads(kept[key])
        return result

    def begin(caching: CachingConfigRepository, delegate: ConfigRepository) -> None:
        caching.delegate, caching.cache = copy.copy(delegate), {}  # its list of sources is replaced, never changed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConfigRepository, "load_config", load_config)
        patch.setattr(CachingConfigRepository, "__init__", begin)
        yield


@pytest.fixture(scope="session", autouse=True)
def _listed_once() -> Iterator[None]:
    """Have Hydra list the files of equal choices once, where all of them are ours or its own."""
    whole, kept = defaults_list._create_defaults_list, dict[bytes, bytes]()
    ours = {"hydra", "main", "scenarios", "schema"}

    def listed(
        repo: CachingConfigRepository,
        config_name: str | None,
        overrides: defaults_list.Overrides,
        prepend_hydra: bool,
        skip_missing: bool,
    ) -> object:
        asked, how = {**vars(overrides), "config_overrides": None}, (prepend_hydra, skip_missing)
        sources = [(source.provider, source.path) for source in repo.get_sources()]
        if config_name != "config" or not {provider for provider, _ in sources} <= ours:
            return whole(repo, config_name, overrides, *how)
        key = pickle.dumps((asked, sources, how))
        if key not in kept:
            found = whole(repo, config_name, overrides, *how)
            kept[key] = pickle.dumps((found, {**vars(overrides), "config_overrides": None}))
        found, noted = pickle.loads(kept[key])
        vars(overrides).update(noted | {"config_overrides": overrides.config_overrides})
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(defaults_list, "_create_defaults_list", listed)
        yield


@pytest.fixture(scope="session", autouse=True)
def _merged_once() -> Iterator[None]:
    """Have Hydra merge equal files once; the keys that a command sets are applied to a copy."""
    whole, kept = ConfigLoaderImpl._compose_config_from_defaults_list, dict[tuple[object, ...], bytes]()

    def merged(loader: ConfigLoaderImpl, defaults: list[ResultDefault], repo: CachingConfigRepository) -> DictConfig:
        files = [(repr(one), repo.load_config(str(one.config_path))) for one in defaults]
        key = tuple((name, pickle.dumps(file)) for name, file in files)
        if key not in kept:
            kept[key] = pickle.dumps(whole(loader, defaults, repo))
        config: DictConfig = pickle.loads(kept[key])
        return config

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConfigLoaderImpl, "_compose_config_from_defaults_list", merged)
        yield


@pytest.fixture(scope="session", autouse=True)
def _copied_sooner() -> Iterator[None]:
    """Have Hydra copy the configuration of each job by pickling it, ten times faster than ``deepcopy``."""
    sooner = SimpleNamespace(deepcopy=lambda config: pickle.loads(pickle.dumps(config)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hydra.core.utils, "copy", sooner)
        yield


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """Have OmegaConf parse each interpolation, such as ``${results.dir}``, once: it does so at each look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(omegaconf.base, "parse", functools.cache(omegaconf.base.parse))
        yield


@pytest.fixture(scope="session", autouse=True)
def _not_flushed() -> Iterator[None]:
    """Let files reach the disk when they may: waiting for it takes longer than a small run does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_choice_by_another() -> Iterator[None]:
    """Spare Hydra a table of choices for each file it reads where no default there names another choice."""
    whole = defaults_list._create_interpolation_map

    def choices(
        overrides: defaults_list.Overrides, defaults: list[InputDefault], self_added: bool
    ) -> DictConfig | None:
        named = any(default.is_interpolation() for default in defaults)
        return whole(overrides, defaults, self_added) if named else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(defaults_list, "_create_interpolation_map", choices)
        yield
