"""The hash that names a run.

It covers everything that determines the result of the run, and nothing else.
"""

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

# Raised when the same scenario, agent and seed give other numbers than before (tests/golden): runs of an earlier epoch
# are not used as current results. Adding a part, moving code and editing comments do not raise it.
RESULTS_EPOCH = 1
LENGTH = 12
_OURS = ("sim", "agents")
_NO_PUSH: dict[str, Any] = {"platform.push": "0s", "platform.serving": {}, "platform.canary": None}


def run_hash(scenario: Scenario, agent: Agent, seed: int, replications: int, score_from: float = 0.0) -> str:
    """Return the hash that names a run.

    The block size and the trace are not part of it, because the result does not depend on them; neither is
    what concerns pushed versions only, for an agent that ships in place. Our own source code is represented by the
    results epoch alone.

    Args:
        scenario: the world, with the content of the files that it names.
        agent: its own description, and the source of classes outside ``sim`` and ``agents``.
        seed: the run's seed.
        replications: how many.
        score_from: seconds; the instant from which the run is scored.
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
    """Return the scenario without what cannot affect the agent.

    That is the push latency, and how pushed versions reach users, for an agent that ships in place.
    """
    return scenario if agent.ship == "push" else Scenario.load(scenario, _NO_PUSH)


def short(text: str) -> str:
    """Return a short hash of text."""
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


@cache
def code_digest() -> str:
    """Return a hash of the source of ``sim`` and ``agents``.

    The lab is left out. The digest records provenance; it is not part of the identity.
    """
    packages = {name: _package(name) for name in _OURS}
    files = [(name, f) for name, package in packages.items() for f in sorted(package.rglob("*.py"))]
    digest = hashlib.sha256()
    for name, file in files:
        inner = file.relative_to(packages[name])
        if name == "sim" and (inner.parts[0] == "lab" or inner.parts[0].startswith("_")):
            continue  # neither the lab nor the data files of a wheel change a result
        digest.update(f"{name}/{inner.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:LENGTH]


def _package(name: str) -> Path:
    """Return the folder of ``sim`` or ``agents``.

    The two need not be in the same place.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"there is no package {name}", name=name)
    return Path(spec.origin).resolve().parent


def epoch_of(config: Mapping[str, Any]) -> str:
    """Return the results epoch of a stored run.

    For runs older than epochs it is the version that computed them.
    """
    epoch = config.get("epoch")
    return f"version {config['version']}" if epoch is None else str(epoch)


def own_code(*parts: Any) -> dict[str, dict[str, Any]]:
    """Describe parts whose classes are not ours.

    Each has the hash of its source file and its attributes.
    """
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
        return None  # defined interactively: there is no file


def _state(part: Any) -> dict[str, str]:
    shown = {name: repr(value) for name, value in sorted(getattr(part, "__dict__", {}).items())}
    return {name: text for name, text in shown.items() if " at 0x" not in text}  # addresses change from run to run
