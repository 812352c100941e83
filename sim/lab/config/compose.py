"""Composing the jobs of a sweep: Hydra composes each choice of groups once, plain keys are set in a copy of it.

Most jobs of a sweep differ in values such as ``seed`` only, and for Hydra each is a composition of some twenty files.
The outcome is what Hydra gives, its own node included; whatever is not a plain value of a key is left to Hydra.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence

from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig


class Composer:
    """Composes jobs of one sweep.

    Args:
        loader: Hydra's.
        master: the configuration of the sweep.
    """

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        self._loader, self._master = loader, master
        self._parser = OverridesParser.create(config_loader=loader)
        self._known: dict[str, Override] = {}
        self._bases: dict[tuple[str, ...], bytes] = {}  # pickled: a copy costs a tenth of `copy.deepcopy`

    def __call__(self, overrides: Sequence[str]) -> DictConfig:
        """Return the configuration of a job, as ``load_sweep_config`` does.

        Args:
            overrides: what makes it this job.
        """
        try:
            return self._from_base(overrides)
        except Exception:  # let Hydra say what is wrong, in its words
            return self._loader.load_sweep_config(self._master, list(overrides))

    def _from_base(self, overrides: Sequence[str]) -> DictConfig:
        parsed = [self._parsed(one) for one in overrides]
        if not isinstance(self._loader, ConfigLoaderImpl) or any(map(_special, parsed)):
            return self._loader.load_sweep_config(self._master, list(overrides))
        groups = tuple(str(o.input_line) for o in parsed if self._chooses(self._loader, o))
        if groups not in self._bases:
            self._bases[groups] = pickle.dumps(self._loader.load_sweep_config(self._master, list(groups)))
        config: DictConfig = pickle.loads(self._bases[groups])
        self._loader._apply_overrides_to_config([o for o in parsed if not self._chooses(self._loader, o)], config)
        _note(parsed, config)
        return config

    def _parsed(self, override: str) -> Override:
        """Parse an override, once for all jobs that have it."""
        if override not in self._known:
            (self._known[override],) = self._parser.parse_overrides([override])
        return self._known[override]

    @staticmethod
    def _chooses(loader: ConfigLoaderImpl, override: Override) -> bool:
        return loader.repository.group_exists(override.key_or_group) and not isinstance(override.value(), dict)


def _special(override: Override) -> bool:
    return override.is_hydra_override() or override.is_sweep_override() or override.is_delete()


def _note(parsed: list[Override], config: DictConfig) -> None:
    """Write down in Hydra's node what was overridden, as Hydra does."""
    hydra = config.hydra
    hydra.overrides.task = [o.input_line for o in parsed]
    form = hydra.job.config.override_dirname
    hydra.job.override_dirname = get_overrides_dirname(
        overrides=parsed, kv_sep=form.kv_sep, item_sep=form.item_sep, exclude_keys=form.exclude_keys
    )
