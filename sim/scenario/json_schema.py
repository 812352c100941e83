"""The JSON Schema of scenario files, for editors.

``make schema`` writes it to ``scenarios/schema.json``. It is made from the models; what it cannot say (a sum of shares,
two numbers that must fit) only `Scenario.load` checks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.scenario.json_schema_rules import rules
from sim.scenario.library import data_dir
from sim.scenario.schema import World
from sim.scenario.text_schemas import text_schemas

DIALECT = "http://json-schema.org/draft-07/schema#"  # editors know it best
IDENTITY = "urn:delaylab:scenario"
EDITOR_LINE = "# yaml-language-server: $schema=./schema.json"  # of a scenario with the schema beside it
_NULL = {"type": "null"}
# null stands for absent: it is accepted, and not offered as completion
_ABSENT = {"not": {"type": ["string", "number", "boolean", "object", "array"]}}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files."""
    made: dict[str, Any] = _cleaned(World.model_json_schema())
    made["$defs"] |= text_schemas()
    return {"$schema": DIALECT, "$id": IDENTITY, "title": "A scenario of delaylab", **made, "allOf": rules()}


def schema_file() -> Path:
    """Return the file of the schema, beside the shipped scenarios."""
    return data_dir("scenarios") / "schema.json"


def schema_text() -> str:
    """Return the content of the file."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _cleaned(node: Any) -> Any:
    """Return a schema without what confuses editors."""
    if isinstance(node, list):
        return [_cleaned(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "format" in node:
        told = {key: node[key] for key in ("description", "default") if key in node}
        if node["format"] == "choice":  # offered among its examples
            told.pop("default", None)
        return {"$ref": f"#/$defs/{node['format']}", **told}
    kept = {key: _cleaned(inner) if key != "properties" else _each(inner) for key, inner in node.items()}
    for key in ("title", "discriminator", *(("default",) if node.get("default", 0) in (None, {}, [], "") else ())):
        kept.pop(key, None)
    if _NULL in node.get("anyOf", ()):
        kept["anyOf"] = [_ABSENT if one == _NULL else one for one in kept["anyOf"]]
    return kept


def _each(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: _cleaned(inner) for key, inner in properties.items()}


def renew() -> None:
    """Write the file."""
    schema_file().write_text(schema_text(), encoding="utf-8")
