"""Sizes of topics in make test, by module; make test-all takes their own.

Each is large enough for the errors that the topic is there for: `test_breakages` puts some in and takes these sizes.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ._claim import Topic

FEWER: dict[str, dict[str, Any]] = {
    "ab_tests": {"SPLITS": 1000},
    "age": {"HORIZON": 7000.0, "UNTIL": 2020.0},
    "best": {"AGENTS": (3, 10)},
    "bounds": {"STUDIES": 700},
    "canaries": {"HORIZON": 8000.0},
    "choices": {"REQUESTS": 12_000},
    "clients": {"HORIZON": 7000.0, "USERS": 120},
    "delayed_bandits": {"ROUNDS": 500, "REPLICATIONS": 12},
    "delays_of_items": {"USERS": 250},
    "drills": {"RUNS": 6},
    "explore_then_commit": {"REPETITIONS": 2000},
    "fresh_features": {"USERS": 400},
    "frozen_taste": {"CYCLES": 40, "VISITS": 5000},
    "in_flight": {"HORIZON": 180_000.0, "STEPS": 40_000},
    "indices": {"STEPS": 500},
    "information": {"ROUNDS": 500},
    "items": {"REPLICATIONS": 6, "LIVES": 80, "INSTANTS": 3000, "CHOICES": 5000},
    "label_rates": {"RUNS": 9},
    "laws": {"DRAWS": 8000.0},
    "normal_limit": {"FEW": 8, "MANY": 1500, "PULLS": 10, "DELAY": 40, "ROUNDS": 1000},
    "off_policy": {"RUNS": 6},
    "pushes": {"SHORT": 60_000.0, "QUEUE": 80_000.0},
    "recent": {"USERS": 800},
    "satisfaction": {"USERS": 150},
    "sensitivity": {"REPLICATIONS": 5},
    "survival": {"REPLICATIONS": 10, "CYCLES": 60},
    "triggers": {"SHIFTS": 15, "CLOCKS": 6},
    "values": {"VISITS": 3000.0},
    "visits": {"USERS": 150},
    "windows": {"REQUESTS": 8000},
}


def shrink(topic: Topic, patch: pytest.MonkeyPatch) -> Topic:
    """Return a topic whose module has its smaller sizes until the patch ends."""
    for name, size in FEWER.get(topic.__module__.rpartition(".")[2], {}).items():
        patch.setattr(sys.modules[topic.__module__], name, size)
    return topic
