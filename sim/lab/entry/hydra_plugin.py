"""Hydra plugins: the scenario group, sweepers and launchers.

`register` is called before Hydra starts, and only in this program: other Hydra programs in the same environment do not
see the plugins.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import Any

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from sim.lab.launch.ray import RayConf, RayLauncher
from sim.lab.launch.slurm import SlurmConf, SlurmLauncher
from sim.lab.sweep.launcher import ProcessesConf, ProcessLauncher
from sim.lab.sweep.optuna.sweeper import SAMPLERS, OptunaConf, OptunaSweeper
from sim.lab.sweep.sweeper import LabSweeper, SweeperConf
from sim.parts import names
from sim.scenario import find, read_plain, shipped

GROUP = "scenario"
NAMESPACE = "hydra_plugins.delaylab"


class ScenarioSource(ConfigSource):
    """The config group ``scenario``: shipped names and any path.

    Files are read by `sim.scenario`, never by Hydra, so that a scenario cannot carry a package
    directive, a ``_target_`` or an interpolation.
    """

    @staticmethod
    def scheme() -> str:
        """Return the scheme of its search path entry."""
        return "scenarios"

    def available(self) -> bool:
        """Say that the source can be read."""
        return True

    def is_group(self, config_path: str) -> bool:
        """Say whether a path names the group."""
        return config_path in ("", GROUP)

    def is_config(self, config_path: str) -> bool:
        """Accept every name; `load_config` reports unknown ones."""
        group, _, name = config_path.partition("/")
        return group == GROUP and bool(name)

    def load_config(self, config_path: str) -> ConfigResult:
        """Return a checked scenario with all defaults, to override."""
        file = find(config_path.partition("/")[2])
        return ConfigResult(
            provider=self.provider, path=str(file), config=OmegaConf.create(read_plain(file)), header={"package": None}
        )

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """List a path, for ``--help`` and completion."""
        if config_path == "":
            return [] if results_filter == ObjectType.CONFIG else [GROUP]
        return shipped() if config_path == GROUP and results_filter != ObjectType.GROUP else []


class ScenarioPath(SearchPathPlugin):
    """Adds scenarios to Hydra's search path, after all configs."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append the entry."""
        search_path.append("scenarios", "scenarios://")


@cache
def register() -> None:
    """Register the plugins, once in a process."""
    commands = "sim.lab.cli"  # by name: this room may not import them
    typed = ", ".join(names(commands)).replace("_", "-")
    OmegaConf.register_new_resolver("delaylab.commands", lambda: typed, replace=True)
    named = (LabSweeper, OptunaSweeper, ProcessLauncher, RayLauncher, SlurmLauncher)
    for plugin in (ScenarioSource, ScenarioPath, *map(_in_namespace, named)):
        Plugins.instance().register(plugin)
    store = ConfigStore.instance().store
    store(group="hydra/sweeper", name="delaylab", node=SweeperConf, provider="delaylab")
    store(group="hydra/sweeper", name="optuna", node=OptunaConf, provider="delaylab")
    for name, sampler in SAMPLERS.items():
        store(group="hydra/sweeper/sampler", name=name, node=sampler, provider="delaylab")
    for name, node in (("processes", ProcessesConf), ("ray", RayConf), ("slurm", SlurmConf)):
        store(group="hydra/launcher", name=name, node=node, provider="delaylab")


def _in_namespace(plugin: Any) -> Any:
    """Make a class importable from ``hydra_plugins.delaylab``.

    Hydra creates plugins only from there, by name. An installed package of that name would also be found by every other
    Hydra program in the environment.
    """
    try:
        import hydra_plugins  # type: ignore[import-not-found]  # noqa: F401, PLC0415
    except ImportError:
        sys.modules["hydra_plugins"] = ModuleType("hydra_plugins")
        sys.modules["hydra_plugins"].__path__ = []
    module = sys.modules.setdefault(NAMESPACE, ModuleType(NAMESPACE))
    plugin.__module__ = NAMESPACE
    setattr(module, plugin.__name__, plugin)
    return plugin
