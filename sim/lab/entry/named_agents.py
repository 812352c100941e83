"""Agents by name, composed from ``conf/`` without a Hydra program around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.errors import unknown
from sim.lab.config.job import agent_of
from sim.scenario.shelf import data_dir

if TYPE_CHECKING:
    from agents import Agent


def agent_named(name: str) -> Agent:
    """Return the agent of a name in ``conf/agent``.

    Raises:
        LabError: no such agent, with the nearest name.
    """
    from hydra import compose, initialize_config_dir

    names = [file.stem for file in (data_dir("conf") / "agent").glob("*.yaml")]
    if name not in names:
        raise unknown("agent", name, names)
    from sim.lab.entry.hydra_plugin import register

    register()
    with _aside(), initialize_config_dir(str(data_dir("conf")), job_name="delaylab", version_base="1.3"):
        return agent_of(compose("config", [f"agent={name}", "tracker=none"]))


@contextmanager
def _aside() -> Iterator[None]:
    """Put a Hydra program of the caller's aside, and back again."""
    from hydra.core.global_hydra import GlobalHydra

    held = GlobalHydra.instance()
    theirs, held.hydra = held.hydra, None
    try:
        yield
    finally:
        GlobalHydra.instance().hydra = theirs  # composing has put another instance in its place
