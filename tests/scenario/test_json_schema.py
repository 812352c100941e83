"""The JSON Schema that editors read: it is the file that is committed, and takes what the lab takes."""

import jsonschema
import pytest
import yaml

from sim.scenario import Scenario, shipped
from sim.scenario.json_schema import json_schema, schema_file, schema_text
from sim.scenario.library import find
from sim.scenario.source import read

SCHEMA = json_schema()
CHECKER = jsonschema.Draft7Validator(SCHEMA)


def refusals(data):
    """Return what the schema says of data."""
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in CHECKER.iter_errors(data)]


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
