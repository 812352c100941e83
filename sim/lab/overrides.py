"""Overrides on the command line: laws need no second pair of quotes, and unknown keys get a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import accumulate

# What Hydra's own grammar takes for a call: https://hydra.cc/docs/advanced/override_grammar/extended/
_OF_HYDRA = ("choice", "range", "interval", "glob", "sort", "shuffle", "tag", "extend_list")
_CASTS = ("int", "float", "str", "bool", "json_str")
_CALL = re.compile(r"\s*(\w+)\s*\(.*\)\s*", re.DOTALL)


def quoted(argument: str) -> str:
    """Return an override whose laws and choice models Hydra reads as text.

    Hydra takes ``lognormal(...)`` for a call of a function that it does not know. Sweeps stay sweeps.

    >>> quoted("scenario.platform.push=constant(1h),lognormal(median=20m, p95=2h)")
    'scenario.platform.push="constant(1h)","lognormal(median=20m, p95=2h)"'
    >>> quoted("seed=range(3)")
    'seed=range(3)'
    """
    key, equals, value = argument.partition("=")
    if not equals or not re.fullmatch(r"[+~]{0,2}scenario(\.\w+)+", key):
        return argument
    parts = list(_split(value))
    return f"{key}={','.join(_quote(part) for part in parts)}"


def flags_first(arguments: list[str]) -> list[str]:
    """Return the arguments with overrides last: argparse takes no flag between them.

    >>> flags_first(["seed=1", "-m", "cadence=online,hourly"])
    ['-m', 'seed=1', 'cadence=online,hourly']
    """
    return sorted(arguments, key=lambda a: bool(re.match(r"~|[+]{0,2}[A-Za-z_][^=]*=", a)))


def _split(value: str) -> Iterator[str]:
    """Yield what stands between commas outside brackets and quotes."""
    depths = accumulate((c in "([{") - (c in ")]}") for c in value)
    part, quote = "", ""
    for letter, depth in zip(value, depths, strict=True):
        if letter in "'\"" and quote in ("", letter):
            quote = "" if quote else letter
        if letter == "," and depth == 0 and not quote:
            yield part
            part = ""
        else:
            part += letter
    yield part


def _quote(part: str) -> str:
    match = _CALL.fullmatch(part)
    if match is None or match[1] in _OF_HYDRA or match[1] in _CASTS:
        return part
    return '"' + part.strip().replace('"', '\\"') + '"'


def explain_key(key: str) -> str:
    """Return the message for an override of a key that is not there."""
    parts = key.split(".")
    known = _known(parts[:-1])
    if known and parts[-1] in known:
        return f"{key}: the block {'.'.join(parts[:-1])} is absent in this scenario; write it in the file"
    near = get_close_matches(parts[-1], known, 1)
    hint = f", did you mean {'.'.join([*parts[:-1], near[0]])}" if near else ""
    allowed = f"; allowed are {', '.join(known)}" if known else "; python -m sim --help lists all keys and choices"
    return f"{key}: unknown key{hint}{allowed}"


def _known(parents: list[str]) -> list[str]:
    from sim.scenario.messages import keys_at
    from sim.scenario.schema import World

    if parents[:1] == ["scenario"]:
        return keys_at(tuple(parents[1:]), World)
    if parents:
        return []
    keys = ["scenario", "learner", "correction", "cadence", "agent", "tracker", "experiment", "ship", "seed"]
    return [*keys, "replications", "block", "trace", "rerun", "results.dir"]
