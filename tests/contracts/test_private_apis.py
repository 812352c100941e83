"""Private parts of other packages are reached from their adapter files only, and are there in the installed versions.

CONTRIBUTING.md lists them. A test that fails here says what a new version of a package has changed, and what for.
"""

from __future__ import annotations

import ast
import json
from importlib import import_module
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path

import pytest
import simpy

from sim.lab.config import grammar
from sim.lab.tracking.view import VIEW, link, view_of
from sim.pipeline.clock import Clock, Priority
from tests.contracts.source import Source, private, read
from tests.contracts.test_imports import ROOT, sources

ADAPTERS = {"sim.pipeline.clock": "SimPy", "sim.lab.config.grammar": "Hydra", "sim.lab.entry.hydra_plugin": "Hydra",
            "sim.lab.tracking.view": "MLflow", "agents.cadences.on_drift": "River"}  # fmt: skip
DOCUMENTED = {"_exit", "_fields", "_make", "_replace"}  # of os and of named tuples


def foreign(source: Source, own: set[str]) -> set[str]:
    """Return the private names of other packages that a module reads."""
    found = set()
    for node in source.private:
        if isinstance(node, ast.keyword):
            found |= {node.arg} - own
        elif node.attr not in own | DOCUMENTED:
            found.add(ast.unparse(node))
    for node in source.imports:
        if isinstance(node, ast.ImportFrom | ast.Import):
            home = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names = {f"{home}{alias.name}" for alias in node.names}
            found |= {n for n in names if any(map(private, n.split("."))) and n.split(".")[0] not in ("sim", "agents")}
    return found


def test_private_names_of_other_packages_are_read_in_adapters_only() -> None:
    modules = {name: read(text) for name, text in sources(ROOT).items()}
    own = set().union(*(source.own for source in modules.values()))
    found = {name: names for name, source in modules.items() if (names := foreign(source, own))}
    assert {name: names for name, names in found.items() if name not in ADAPTERS} == {}
    assert found["sim.pipeline.clock"] >= {"event._ok", "self._eid", "self._queue"}


@pytest.mark.parametrize(
    "text", ["from hydra._internal.utils import x", "import a._b", "result._return_value", "JobReturn(_return_value=1)"]
)
def test_a_private_name_is_found(text: str) -> None:
    assert len(foreign(read(text), {"_own"})) == 1
    assert foreign(read("self._own; thing._own; os._exit(1); f(_own=1)"), {"_own"}) == set()


def test_contributing_lists_every_adapter() -> None:
    (_, listed) = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Private APIs")
    for name, package in ADAPTERS.items():
        (line,) = [one for one in listed.splitlines() if f"`{name.replace('.', '/')}.py`" in one]
        assert package in line


def test_simpy_keeps_events_in_a_heap_of_instant_priority_number_and_event() -> None:
    """Else `Clock.at` cannot set an event for an exact instant; SimPy's public API knows delays only."""
    environment = simpy.Environment(initial_time=1.0)
    event = environment.timeout(2.0)
    assert [(entry[0], entry[3]) for entry in environment._queue] == [(3.0, event)]
    assert next(environment._eid) == environment._queue[0][2] + 1
    assert environment._now == 1.0
    fresh = simpy.Event(environment)
    assert not fresh.triggered
    fresh._ok, fresh._value = True, None
    assert fresh.triggered


def test_the_clock_s_instants_are_exact_and_in_order() -> None:
    clock, seen = Clock(), []
    instants = [(0.7, Priority.REQUEST), (0.1 + 0.2, Priority.PUSH), (0.7, Priority.WORLD), (0.1, Priority.TRIGGER)]
    for at, priority in instants:
        clock.call(at, priority, lambda _, p=priority: seen.append((clock.now, p)))
    clock.run_through(1.0)
    assert seen == sorted(instants)


def test_hydra_s_parser_of_overrides_makes_its_visitor_by_a_name_of_the_module() -> None:
    """Else ``python -O`` leaves out the asserts by which it reads ``range(2)``."""
    module = import_module("hydra.core.override_parser.overrides_parser")
    assert module.HydraOverrideVisitor is import_module(grammar.VISITOR).HydraOverrideVisitor
    assert "HydraOverrideVisitor(" in getsource(module)


def test_hydra_makes_plugins_of_its_namespace_by_name() -> None:
    """Else sweepers and launchers would need a package ``hydra_plugins``, found by every other Hydra program."""
    from hydra.core.plugins import Plugins
    from hydra.plugins.sweeper import Sweeper

    from sim.lab.entry.hydra_plugin import NAMESPACE, register
    from sim.lab.sweep.sweeper import LabSweeper

    register()
    assert LabSweeper.__module__ == NAMESPACE
    assert Plugins.instance().is_in_toplevel_plugins_module(f"{NAMESPACE}.LabSweeper")
    assert LabSweeper in Plugins.instance().discover(Sweeper)


def test_mlflow_s_pages_know_the_words_of_the_view() -> None:
    """Else the link opens runs without our columns and charts; nothing else depends on it."""
    scripts = (Path(find_spec("mlflow").origin).parent / "server" / "js" / "build" / "static" / "js").glob("*.js")
    pages = "".join(script.read_text(encoding="utf-8") for script in scripts)
    words = [VIEW.rpartition(".")[0], "viewStateShareKey", "groupByKeys", *json.loads(view_of())]
    assert "viewStateShareKey" in link("", "1")
    assert [word for word in words if word not in pages] == []
