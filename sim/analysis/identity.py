"""What a run is named by: a hash of everything that determines its result, and of nothing else."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario import Scenario

if TYPE_CHECKING:
    from agents import Agent

# Raised when the same scenario, agent and seed give other numbers than before (tests/golden): nothing that was computed
# until then is taken for a result of now. Adding a part, moving code and editing comments do not raise it.
RESULTS_EPOCH = 1
LENGTH = 12
_OURS = ("sim", "agents")


def run_hash(scenario: Scenario, agent: Agent, seed: int, replications: int, score_from: float = 0.0) -> str:
    """Return the name of a run.

    The block size and the trace are not part of it: the result does not depend on them. Neither is the push's latency,
    for an agent that ships in place. Our own source code is represented by the results epoch alone.

    Args:
        scenario: the world, with the content of the files that it names.
        agent: as described by itself, and the source of classes that are not ours.
        seed: the run's seed.
        replications: how many.
        score_from: seconds; the instant from which it is scored.
    """
    determined = {
        "scenario": _world(scenario, agent).digest,
        "agent": agent.describe(),
        "seed": seed,
        "replications": replications,
        "score_from": score_from,
        "epoch": RESULTS_EPOCH,
        "own": own_code(agent.learner, agent.correction, agent.cadence),
    }
    return short(json.dumps(determined, sort_keys=True, default=str))


def _world(scenario: Scenario, agent: Agent) -> Scenario:
    """Return the scenario as far as it concerns the agent: without the push, if nothing is pushed."""
    return scenario if agent.ship == "push" else Scenario.load(scenario, {"platform.push": "0s"})


def short(text: str) -> str:
    """Return a short hash of text."""
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


@cache
def code_digest() -> str:
    """Return a hash of the source of ``sim`` below the lab, and of ``agents``: provenance, not identity."""
    packages = {name: _package(name) for name in _OURS}
    files = [(name, f) for name, package in packages.items() for f in sorted(package.rglob("*.py"))]
    digest = hashlib.sha256()
    for name, file in files:
        inner = file.relative_to(packages[name])
        if name == "sim" and (inner.parts[0] == "lab" or inner.parts[0].startswith("_")):
            continue  # neither the lab nor what a wheel carries beside the package has a say in a result
        digest.update(f"{name}/{inner.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:LENGTH]


def _package(name: str) -> Path:
    """Return the folder of a package of ours; they need not lie side by side."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"there is no package {name}", name=name)
    return Path(spec.origin).resolve().parent


def epoch_of(config: Mapping[str, Any]) -> str:
    """Return what the numbers of a stored run belong to: its results epoch, or the version that had none yet."""
    epoch = config.get("epoch")
    return f"version {config['version']}" if epoch is None else str(epoch)


def own_code(*parts: Any) -> dict[str, dict[str, Any]]:
    """Return what identifies parts of classes that are not ours: a hash of the source file, and the attributes."""
    return {
        f"{type(part).__module__}.{type(part).__qualname__}": {"source": _source(type(part).__module__), **_state(part)}
        for part in parts
        if type(part).__module__.partition(".")[0] not in _OURS
    }


def _source(module: str) -> str | None:
    try:
        file = inspect.getsourcefile(sys.modules[module])
        return short(Path(file).read_text(encoding="utf-8")) if file else None
    except (TypeError, OSError, KeyError):
        return None  # typed in by hand: there is no file


def _state(part: Any) -> dict[str, str]:
    told = {name: repr(value) for name, value in sorted(getattr(part, "__dict__", {}).items())}
    return {name: text for name, text in told.items() if " at 0x" not in text}  # an address is another every time
