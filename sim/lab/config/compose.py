"""Compose a sweep's jobs, each choice of groups once.

Most jobs of a sweep differ in values such as ``seed`` only, and for Hydra each is a composition of some twenty files.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, OmegaConf


class Composer:
    """Composes the jobs of one sweep."""

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        self._loader, self._master = loader, master
        self._parsed = cache(OverridesParser.create(config_loader=loader).parse_override)
        self._is_group = cache(lambda key: bool(loader.get_group_options(key)))
        self._base = cache(lambda chosen: pickle.dumps(self._by_hydra(chosen)))  # copied ten times faster than deepcopy

    def __call__(self, overrides: Sequence[str]) -> DictConfig:
        """Return a job's configuration, as ``load_sweep_config`` does."""
        with suppress(Exception):  # Hydra says below what is wrong, in its own words
            parsed = [self._parsed(line) for line in overrides]
            groups = [one for one in parsed if self._is_group(one.key_or_group)]
            keys = [one for one in parsed if not self._is_group(one.key_or_group)]
            named = all(isinstance(one.value(), (str, type(None))) for one in groups)
            if named and all(map(_plain, parsed)) and all(one.package is None for one in keys):
                config: DictConfig = pickle.loads(self._base(tuple(str(one.input_line) for one in groups)))
                for one in keys:
                    OmegaConf.update(config, one.key_or_group, one.value(), force_add=one.is_force_add())
                _note(parsed, config.hydra)
                return config
        return self._by_hydra(overrides)

    def _by_hydra(self, overrides: Sequence[str]) -> DictConfig:
        return self._loader.load_sweep_config(self._master, list(overrides))


def _plain(one: Override) -> bool:
    changes = one.type in (OverrideType.CHANGE, OverrideType.FORCE_ADD)
    return changes and not one.is_sweep_override() and not one.is_hydra_override()


def _note(parsed: Sequence[Override], hydra: DictConfig) -> None:
    """Write the overrides into Hydra's node, as Hydra does."""
    form = hydra.job.config.override_dirname
    lines = [str(one.input_line) for one in parsed if one.key_or_group not in form.exclude_keys]
    hydra.overrides.task = [one.input_line for one in parsed]
    hydra.job.override_dirname = form.item_sep.join(sorted(lines)).replace("=", form.kv_sep)
