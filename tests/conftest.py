"""What makes thousands of tests quicker, and changes none of them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest
from hydra._internal.hydra import Hydra
from hydra.types import RunMode

gc.disable()


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone whatever is there before the first test."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _composed_once() -> Iterator[None]:
    """Have Hydra compose a command once.

    Without ``-m`` it does so twice, first to see whether a configuration says that it is a sweep; errors of the first
    time count for nothing. Ours say so in experiments only, and those of others may.
    """
    whole = Hydra.get_mode

    def get_mode(hydra: Hydra, config_name: str | None, overrides: list[str]) -> object:
        if "hydra.mode=RUN" in overrides:
            return RunMode.RUN
        may_say = [*overrides, *sys.argv]
        if any("experiment" in word or "hydra" in word or "--config-dir" in word for word in may_say):
            return whole(hydra, config_name, overrides)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hydra, "get_mode", get_mode)
        yield
