"""The JSON Schema that editors read: it is the file that is committed, and takes what the lab takes."""

import re
from functools import cache
from random import Random

import jsonschema
import pytest
import yaml

from sim.laws import parse_law
from sim.laws.language import shelf as laws
from sim.scenario import Scenario, ScenarioError, shipped
from sim.scenario.json_schema import EDITOR_LINE, json_schema, schema_file, schema_text
from sim.scenario.library import find
from sim.scenario.overrides import override
from sim.scenario.source import read
from tests.properties.wider import MECHANISMS
from tests.properties.worlds import world
from tests.scenario.keys import CASES, changed
from tests.scenario.mutations import BEYOND_A_SCHEMA, MUTATIONS

SCHEMA = json_schema()
CHECKER = jsonschema.Draft7Validator(SCHEMA)


def refusals(data):
    """Return what the schema says of data."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in CHECKER.iter_errors(data)]


@cache
def refusals_of(scenario):
    """Return what the schema says of a scenario; many keys are changed in the same one."""
    return refusals(scenario.plain())


def test_the_committed_file_is_in_step():
    assert schema_file().read_text(encoding="utf-8") == schema_text(), "make schema renews it"


def test_it_is_a_schema_with_a_name():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].startswith("http://json-schema.org/")
    assert SCHEMA["$id"]


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_accepted(name):
    assert refusals(read(find(name)).data) == []
    assert refusals(yaml.safe_load(Scenario.load(name).text)) == []
    assert refusals(Scenario.load(name).plain()) == []  # with null for what is absent


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_tell_editors_their_schema(name):
    assert find(name).read_text(encoding="utf-8").startswith(f"{EDITOR_LINE}\n")
    assert find(name).with_name("schema.json") == schema_file()


@pytest.mark.parametrize("key", CASES)
def test_each_key_is_accepted(key):
    before, after = changed(key)
    assert refusals_of(before) == refusals_of(after) == []


def test_random_worlds_are_accepted():
    for number in range(50):
        _, scenario = world(Random(number), MECHANISMS.values() if number % 2 else ())
        assert refusals(scenario.plain()) == [], number


def edited(name, changes):
    data = read(find(name)).data
    override(data, changes)
    return data


@pytest.mark.parametrize("edit", MUTATIONS | BEYOND_A_SCHEMA)
def test_what_the_lab_refuses_is_refused(edit):
    name, changes = (MUTATIONS | BEYOND_A_SCHEMA)[edit]
    with pytest.raises(ScenarioError):
        Scenario.load(name, changes)
    assert bool(refusals(edited(name, changes))) == (edit in MUTATIONS)


SAMPLES = {
    "duration": ("2h", "20", "0s", "-2h"),
    "wait": ("1h", "20", "-2h"),
    "positive": ("0.5", "1h", "0", "-1"),
    "share": ("0.5", "1.5", "0", "1h"),
    "number": ("-0.5", "1h", "word"),
    "law": ("exponential(mean=1h)", "20", "nothing", "expo(mean=1h)"),
    "word": ("delays.csv", "[1]", "../delays.csv"),
}
LATER = {"high": "3h", "p95": "9h", "max": "9h", "mean": "9h"}  # what must be longer than others


def calls():
    """Yield texts of every law: with each form's arguments, one of them left out, and each one wrong."""
    for name, law in laws().items():
        assert law.forms, f"{name} says no forms: editors would take any arguments"
        for form in law.forms:
            parts = [part for part in form.removesuffix(", ...").split(", ") if part]
            repeated = form.endswith("...")
            good = [filled(part, 0, repeated) for part in parts]
            yield f"{name}({', '.join(good)})"
            yield f"{name}({', '.join(reversed(good))})"
            for n, part in enumerate(parts):
                yield f"{name}({', '.join(good[:n] + good[n + 1 :])})"
                for bad in range(1, 3):
                    yield f"{name}({', '.join([*good[:n], filled(part, bad, repeated), *good[n + 1 :]])})"
            yield f"{name}({', '.join([*good, 'other=1h'])})"


def filled(part, which, whole=False):
    key, _, kind = part.rpartition("=")
    if ": " in part:
        return f"{1 if whole else 0.5}: {SAMPLES['law'][which]}"
    value = LATER[key] if which == 0 and key in LATER and kind == "duration" else SAMPLES[kind][which]
    return f"{key}={value}" if key else value


@pytest.mark.parametrize("text", sorted(set(calls())))
def test_a_law_is_what_the_lab_takes(text, tmp_path):
    (tmp_path / "delays.csv").write_text("1\n2\n")
    try:
        parse_law(text, tmp_path)
        taken = True
    except ValueError:
        taken = False
    assert bool(re.search(SCHEMA["$defs"]["law"]["pattern"], text)) == taken
