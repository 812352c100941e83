"""Hydra's grammar of overrides, under ``python -O`` and with quotes."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec, module_from_spec
from shlex import quote
from typing import Any

from sim.analysis.jobs.command_line import text_value
from sim.lazy import hydra

_PARSER = "hydra.core.override_parser.overrides_parser"
VISITOR = "hydra.core.override_parser.overrides_visitor"


def with_asserts() -> None:
    """Load Hydra's parser with its asserts.

    The asserts contain code that reads the brackets of ``range(2)``; ``python -O`` would remove it.

    https://github.com/facebookresearch/hydra/blob/v1.3.2/hydra/core/override_parser/overrides_visitor.py
    """
    if __debug__:
        return
    found: Any = find_spec(VISITOR)
    module = module_from_spec(found)
    code = compile(found.loader.get_source(VISITOR), found.origin, "exec", dont_inherit=True, optimize=0)
    exec(code, module.__dict__)
    vars(import_module(_PARSER))["HydraOverrideVisitor"] = module.HydraOverrideVisitor


def in_quotes(override: str) -> str | None:
    """Return an override quoted for Hydra and shell, or None.

    >>> print(in_quotes("scenario=./лента.yaml"))
    'scenario="./лента.yaml"'
    """
    key, equals, value = override.partition("=")
    if not equals or not value:
        return None
    quoted = f"{key}={text_value(value)}"
    try:
        hydra.core.override_parser.overrides_parser.OverridesParser.create().parse_override(quoted)
    except hydra.errors.HydraException:
        return None
    return quote(quoted)
