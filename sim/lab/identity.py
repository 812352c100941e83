"""What a run is named by: a hash of everything that determines its result, and of nothing else."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim

if TYPE_CHECKING:
    from agents import Agent
    from sim.scenario import Scenario

LENGTH = 12
_OURS = ("sim", "agents")


def run_hash(scenario: Scenario, agent: Agent, seed: int, replications: int) -> str:
    """Return the name of a run.

    The block size and the trace are not in it: they have no say in the result. The source code is, so
    that a result is never taken for that of a learner edited since.

    Args:
        scenario: the world, with the content of the files that it names.
        agent: as described by itself, and the source of classes that are not ours.
        seed: the run's seed.
        replications: how many.
    """
    determined = {
        "scenario": scenario.digest,
        "agent": agent.describe(),
        "seed": seed,
        "replications": replications,
        "version": sim.__version__,
        "code": code_digest(),
        "own": own_code(agent.learner, agent.correction, agent.cadence),
    }
    return short(json.dumps(determined, sort_keys=True, default=str))


def short(text: str) -> str:
    """Return a short hash of text."""
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


@cache
def code_digest() -> str:
    """Return a hash of the source of ``sim`` below the lab, and of ``agents``."""
    package = Path(sim.__file__).resolve().parent
    files = [(name, f) for name in _OURS for f in sorted((package.parent / name).rglob("*.py"))]
    digest = hashlib.sha256()
    for name, file in files:
        inner = file.relative_to(package.parent / name)
        if name == "sim" and inner.parts[0] in ("lab", "__main__.py"):
            continue
        digest.update(f"{name}/{inner.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:LENGTH]


def own_code(*parts: Any) -> dict[str, str]:
    """Return a hash of the source file of each class that is not ours, by module."""
    found = {}
    for part in parts:
        module = type(part).__module__
        if module.partition(".")[0] in _OURS:
            continue
        try:
            file = inspect.getsourcefile(sys.modules[module])
            found[module] = short(Path(file).read_text(encoding="utf-8")) if file else ""
        except (TypeError, OSError, KeyError):
            found[module] = ""  # typed in by hand: there is no file
    return found
