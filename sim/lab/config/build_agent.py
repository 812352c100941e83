"""Build the parts of an agent from configuration nodes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sim.analysis.stored.agent_classes import check
from sim.errors import LabError, innermost
from sim.lazy import hydra, omegaconf


def build(part: str, node: omegaconf.DictConfig, asked: Collection[str] = ()) -> Any:
    """Return a node's object; errors name the wrong key.

    ``asked`` are the dotted keys that were set on the command line.
    """
    given: Any = omegaconf.OmegaConf.to_container(node, resolve=True)
    if not isinstance(given, dict) or not isinstance(given.get("_target_"), str):
        raise LabError(f"{part}: names no class; _target_: package.Class is needed")
    check(part, given, asked)
    try:
        return hydra.utils.instantiate(node)
    except (Exception, SystemExit) as error:  # whatever a constructor may raise is about the keys it was given
        raise LabError(f"{part}: {innermost(error)}") from error
