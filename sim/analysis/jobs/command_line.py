"""Overrides as typed, as Hydra reads them, and as stored.

Laws need no second pair of quotes, and durations may be ends of ranges.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from sim.errors import LabError, refusing
from sim.laws.durations import seconds

# the keys that may be set on the command line
KEYS = (
    "scenario", "learner", "correction", "cadence", "agent", "platform", "tracker", "experiment", "ship", "seed",
    "replications", "score_from", "block", "trace", "rerun", "objective", "quick", "published", "claims",
    "decision", "results.dir",
)  # fmt: skip
RESULTS = "--results"  # the option of every command that reads or writes a results folder
SECONDS = "seconds"  # the tag of an interval or a range of durations
_ROOTS = {key.partition(".")[0] for key in KEYS} - {"results"} | {"hydra/launcher", "hydra/sweeper"}
# The functions of Hydra's own grammar: https://hydra.cc/docs/advanced/override_grammar/extended/
_OF_HYDRA = ("choice", "range", "interval", "glob", "sort", "shuffle", "tag", "extend_list",
             "int", "float", "str", "bool", "json_str")  # fmt: skip
_SPAN = re.compile(r"\b(interval|range)\(([^()]*)\)")
_WITHIN = re.compile(r"^learner((?:\.base)+)=(?=[A-Za-z_]\w*(?:,[A-Za-z_]\w*)*$)(?!null$)")
_CALL = re.compile(r"\s*(\w+)\s*\(.*\)\s*", re.DOTALL)
_OVERRIDE = re.compile(r"[+~]{0,2}([A-Za-z_][\w/@]*)((?:\.[\w\[\]]+)*)(=.*)?", re.DOTALL)
_MOST, _LONGEST = 300, 4000  # overrides of a stored command, characters of each


def for_program(arguments: Sequence[str]) -> list[str]:
    """Return arguments as Hydra's program takes them.

    ``--results DIR``, as other commands have it, is ``results.dir``.

    >>> for_program(["seed=1", "--results", "out 2", "-m"])
    ['-m', 'results.dir="out 2"', 'seed=1']
    """
    joined = flags_first(arguments, lambda flag: flag == RESULTS)
    moved = [f"results.dir={text_value(a.partition('=')[2])}" if a.startswith(f"{RESULTS}=") else a for a in joined]
    return [for_hydra(argument) for argument in flags_first(moved)]


def check_folder(arguments: Sequence[str]) -> None:
    """Refuse ``--results`` without a folder.

    >>> check_folder(["shop", "--results", "seed=1"])
    Traceback (most recent call last):
    sim.errors.LabError: --results: expected a folder
    """
    for flag, value in pairwise([*arguments, ""]):
        if flag == RESULTS and (not value or re.match(r"[-~]|[+]{0,2}(hydra/)?[A-Za-z_][\w.@]*=", value)):
            raise LabError(f"{RESULTS}: expected a folder")
        if flag == f"{RESULTS}=":
            raise LabError(f"{RESULTS}: expected a folder")


def text_value(text: str) -> str:
    """Return a text quoted as the value of an override.

    >>> text_value('a, "b"')
    '"a, \\\\"b\\\\""'
    """
    parts = text.split('"')  # backslashes before a quote are doubled
    return '"' + '\\"'.join(part + "\\" * (len(part) - len(part.rstrip("\\"))) for part in parts) + '"'


def for_hydra(argument: str) -> str:
    """Return an override in Hydra's grammar.

    ``++`` has Hydra accept the key for every class: in a sweep the class of a part may differ by job, and
    `sim.analysis.stored.agent_classes` checks the keys of each. ``replications`` is a number or a block of keys;
    ``claims`` are listed by score, and those of an experiment may be of others.

    >>> for_hydra("cadence.interval=tag(log, interval(10m, 1d))")
    '++cadence.interval=tag(seconds,log, interval(600,86400))'
    >>> for_hydra("cadence=hourly"), for_hydra("replications.until=settled"), for_hydra("replications=4")
    ('cadence=hourly', '++replications.until=settled', 'replications=4')
    """
    ready = within(quoted(timed(argument)))
    return re.sub(r"^(?=(learner|correction|cadence|replications)\.\w|(replications|claims)=\{)", "++", ready)


def within(argument: str) -> str:
    """Return an override that chooses a learner within a learner.

    For Hydra it is the choice of a group for another place of the configuration.

    >>> within("learner.base=ridge,logistic"), within("learner.base.ridge=5")
    ('learner@learner.base=ridge,logistic', 'learner.base.ridge=5')
    """
    return _WITHIN.sub(r"learner@learner\1=", argument)


def timed(argument: str) -> str:
    """Return an override with ranges of durations in seconds, tagged.

    Hydra supports numbers only. A range with other ends than durations is not changed.

    >>> timed("cadence.interval=range(10m, 1h, step=10m)")
    'cadence.interval=tag(seconds,range(600,3600, step=600))'
    """
    key, equals, value = argument.partition("=")
    numbers = _SPAN.sub(_in_seconds, value)
    if numbers == value:
        return argument
    inner = re.match(r"\s*tag\(", numbers)
    return f"{key}{equals}tag({SECONDS},{numbers[inner.end() :] if inner else f'{numbers})'}"


def _in_seconds(span: re.Match[str]) -> str:
    ends = [end.rpartition("=") for end in span[2].split(",")]
    try:
        return f"{span[1]}({','.join(f'{name}{sign}{seconds(end):.15g}' for name, sign, end in ends)})"
    except ValueError:
        return span[0]


def unitless(argument: str) -> str | None:
    """Return the end of a duration range without unit.

    >>> unitless("cadence.interval=interval(30, 6h)"), unitless("cadence.interval=interval(30s,6h)")
    ('30', None)
    """
    for span in _SPAN.finditer(argument):
        ends = [end.rpartition("=")[2].strip() for end in span[2].split(",")]
        bare = [end for end in ends if re.fullmatch(r"[0-9.]+", end)]
        if bare and len(bare) < len(ends) and all(end in bare or _is_duration(end) for end in ends):
            return bare[0]
    return None


def _is_duration(end: str) -> bool:
    try:
        return seconds(end) >= 0
    except ValueError:
        return False


def quoted(argument: str) -> str:
    """Return an override with laws and choices quoted as text.

    Hydra would read ``lognormal(...)`` as a call of an unknown function. Sweeps stay sweeps. Of a part of the agent the
    keys ``law`` and ``delay`` hold laws.

    >>> quoted("scenario.platform.push=constant(1h),lognormal(median=20m, p95=2h)")
    'scenario.platform.push="constant(1h)","lognormal(median=20m, p95=2h)"'
    >>> quoted("correction.law=criteo_c14()")
    'correction.law="criteo_c14()"'
    >>> quoted("seed=range(3)")
    'seed=range(3)'
    """
    key, equals, value = argument.partition("=")
    if not equals or not re.fullmatch(r"[+~]{0,2}(scenario(\.\w+)+|(learner|correction)(\.\w+)*\.(law|delay))", key):
        return argument
    return f"{key}={','.join(_quote(part) for part in _split(value))}"


def _split(value: str) -> Iterator[str]:
    """Split at commas outside brackets and quotes."""
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
    if match is None or match[1] in _OF_HYDRA:
        return part
    return '"' + part.strip().replace('"', '\\"') + '"'


def elsewhere(arguments: Sequence[str]) -> str | None:
    """Return a message if results would go elsewhere.

    Into Hydra's own folders, or into one that is not named.

    >>> elsewhere(["seed=1", "hydra.sweep.dir=there"])
    'hydra.sweep.dir=there: Hydra writes nothing here; results.dir=PATH moves everything that is written'
    """
    try:
        check_folder(arguments)
    except LabError as error:
        return str(error)
    for argument in arguments:
        if re.match(r"[+~]{0,2}hydra\.(run\.dir|sweep\.dir|sweep\.subdir)(=(?!null$)|$)", argument):
            return f"{argument}: Hydra writes nothing here; results.dir=PATH moves everything that is written"
    return None


def typed(overrides: Iterable[str]) -> list[str]:
    """Return overrides as the user wrote them.

    >>> typed(["++learner.alpha=1", "learner@learner.base=ridge"])
    ['learner.alpha=1', 'learner.base=ridge']
    """
    return [re.sub(r"^learner@learner\.", "learner.", override.removeprefix("++")) for override in overrides]


def flags_first(arguments: Sequence[str], valued: Callable[[str], bool] = lambda _: False) -> list[str]:
    """Return the arguments with overrides last, as argparse needs.

    A flag that is ``valued`` keeps the argument after it, which may look like an override.

    >>> flags_first(["seed=1", "-m", "cadence=online,hourly"])
    ['-m', 'seed=1', 'cadence=online,hourly']
    >>> flags_first(["seed=1", "--price", "per_push=2"], lambda flag: flag == "--price")
    ['--price=per_push=2', 'seed=1']
    """
    given: list[str] = []
    for argument in arguments:
        if given and valued(given[-1]) and not argument.startswith("--"):
            given[-1] += f"={argument}"
        else:
            given.append(argument)
    return sorted(given, key=lambda a: bool(re.match(r"~|[+]{0,2}[A-Za-z_][^=]*=", a)))


def value_text(value: Any) -> str:
    """Return a value in the syntax of an override."""
    if isinstance(value, (list, tuple)):
        return ",".join(value_text(v) for v in value)
    return "null" if value is None else str(value)


def kept(arguments: Iterable[str]) -> list[str]:
    """Return the overrides that define a sweep.

    Without its results folder and Hydra's other options.

    >>> kept(["hydra/launcher=basic", "++cadence.interval=1h,2h", "results.dir=there", "hydra.mode=MULTIRUN"])
    ['hydra/launcher=basic', 'cadence.interval=1h,2h']
    """
    return [one for one in typed(arguments) if _root(one) in _ROOTS and not ("tracker.uri" in one and "@" in one)]


def trusted(command: Any) -> tuple[str, ...] | None:
    """Return a stored command, None if it is unsafe.

    Anybody may have written the ``sweep.json`` that holds it.

    >>> trusted(["seed=1"]), trusted(["learner._target_=os.system"]), trusted(["--config-dir=/tmp"]), trusted("seed=1")
    (('seed=1',), None, None, None)
    """
    if not isinstance(command, list) or len(command) > _MOST:
        return None
    fits = all(isinstance(o, str) and o.isprintable() and len(o) < _LONGEST and _root(o) in _ROOTS for o in command)
    return tuple(command) if fits and not any("_target_" in one for one in command) else None


def own_overrides(text: str, option: str, allowed: Sequence[str], why: str) -> list[str]:
    """Return overrides of some keys and what is below them.

    Args:
        text: as on the command line.
        option: its name, for messages.
        allowed: the keys.
        why: others are refused; ``{}`` stands for the keys.
    """
    with refusing(f"{option}: {{why}}", ValueError):
        given = shlex.split(text)
    for one in given:
        key, equals, _ = one.lstrip("+~").partition("=")
        if not equals and not one.startswith("~"):
            how = "KEY=VALUE is allowed, with quotes around a value that has blanks in it"
            raise LabError(f"{option}: {one}: is no override; {how}")
        if not any(f"{key.partition('@')[0]}.".startswith(f"{part}.") for part in allowed):
            raise LabError(f"{option}: {key}: {why.format(', '.join(allowed))}")
    return given


def _root(override: str) -> str | None:
    match = _OVERRIDE.fullmatch(override)
    return None if match is None else match[1]
