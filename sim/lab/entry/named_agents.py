"""Agents by name, composed from ``conf/``.

No Hydra program is needed around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.errors import unknown
from sim.lab.config.job import agent_of
from sim.lazy import lazy
from sim.scenario.library import data_dir

if TYPE_CHECKING:
    import hydra
    from hydra.core import global_hydra

    from agents import Agent
    from sim.lab.entry import hydra_plugin
else:
    hydra = lazy("hydra")
    global_hydra = lazy("hydra.core.global_hydra")
    hydra_plugin = lazy("sim.lab.entry.hydra_plugin")


def agent_named(name: str) -> Agent:
    """Return the agent of a name in ``conf/agent``.

    Raises:
        LabError: there is no such agent; the message has the nearest name.
    """
    names = [file.stem for file in (data_dir("conf") / "agent").glob("*.yaml")]
    if name not in names:
        raise unknown("agent", name, names)

    hydra_plugin.register()
    with _aside(), hydra.initialize_config_dir(str(data_dir("conf")), job_name="delaylab", version_base="1.3"):
        return agent_of(hydra.compose("config", [f"agent={name}", "tracker=none"]))


@contextmanager
def _aside() -> Iterator[None]:
    """Suspend a Hydra program of the caller."""
    held = global_hydra.GlobalHydra.instance()
    theirs, held.hydra = held.hydra, None
    try:
        yield
    finally:
        global_hydra.GlobalHydra.instance().hydra = theirs  # composing has replaced the instance
