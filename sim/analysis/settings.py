"""Settings of runs as flat names and values."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import agents
from agents.parameters import durations
from sim.analysis.identity import epoch_of
from sim.laws.durations import seconds, text

_FIRST = ("scenario", "agent", "learner", "cadence", "correction", "ship")
PUSH = "scenario.platform.push"
_SHORT = 30  # longest law that is shown in a name
_LAST = ("score_from", "seed", "replications", "epoch")
_TIMES = {"minute": "1m", "hour": "1h", "dail": "1d", "night": "03:00", "week": "7d"}  # said by a cadence's name
_WHEN = ("interval", "every", "time")
_TIMED = tuple(f"cadence.{key}" for key in _WHEN)
_PERIOD = re.compile(r"(?:hour|dai|night|week)ly|every_\w+")  # within a cadence's name
_ONE_ARGUMENT = re.compile(r"(\w+\(\w+=)([^,()]+)\)")  # a law such as exponential(mean=1h)


def flat(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a run under dotted names.

    Groups have their plain names (``learner``), keys of the scenario those of the command line
    (``scenario.platform.push``), and parameters of the agent's parts the names by which the parts describe themselves.
    A setting without effect is None.
    """
    settings: dict[str, Any] = dict(config["choices"])
    settings["scenario"] = config["scenario"]["name"]  # a path has many spellings
    settings |= _flatten({name: _spelt(part) for name, part in config["agent"].items()}, "")
    settings |= _flatten(config["scenario"], "scenario.")
    if settings.get("ship") == "in_place":
        settings[PUSH] = None  # nothing is pushed
    settings |= {"score_from": score_from(config), "epoch": epoch_of(config)}
    return settings | {name: config[name] for name in ("seed", "replications")}


def score_from(config: Mapping[str, Any]) -> str:
    """Return the instant from which a run is scored.

    Runs of older versions do not say; they are scored from the start.
    """
    return str(config.get("score_from", "0s"))


def _spelt(part: Any) -> Any:
    """Return a described part with durations as text.

    That is 30s and not 30.0.
    """
    if not isinstance(part, dict) or not str(part.get("class")).startswith("agents."):
        return part

    known = _durations(getattr(agents, part["class"].rpartition(".")[2], None))
    return {key: text(v) if key in known and isinstance(v, int | float) else v for key, v in part.items()}


_durations = cache(durations)


def _flatten(value: Any, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict):
            found |= _flatten(inner, f"{name}.")
        elif isinstance(inner, list):
            found[name] = _written(inner)
        else:
            found[name] = inner
    return found


def varying(runs: Sequence[dict[str, Any]]) -> list[str]:
    """Return the settings that differ, the most informative first.

    A setting that is determined by those before it (shipping by the cadence) is left out. Numbers count as determined
    by names only: where an optimiser chose them, any single number would distinguish all runs.

    >>> varying([{"learner": "a", "x": 1, "seed": 0}, {"learner": "b", "x": 2, "seed": 0}])
    ['learner']
    >>> varying([{"learner.alpha": 0.5, "cadence.interval": "1h"}, {"learner.alpha": 0.7, "cadence.interval": "2h"}])
    ['learner.alpha', 'cadence.interval']
    """
    names = dict.fromkeys(name for run in runs for name in run)
    if any(run.get("agent") is None for run in runs):
        names.pop("agent", None)  # not all have a name: their parts distinguish them
    middle = [n for n in names if n not in _FIRST and n not in _LAST and n != "scenario.name"]
    middle.sort(key=lambda name: not name.startswith("scenario."))  # the scenario's keys come first
    order = [*(n for n in _FIRST if n in names), *middle, *(n for n in _LAST if n in names)]
    kept: list[str] = []
    for name in order:
        if not _follows(runs, kept if name in _LAST else [k for k in kept if _is_name(k)], name):
            kept.append(name)
    return kept


def _is_name(setting: str) -> bool:
    return setting in _FIRST or setting.endswith(".class")


def _follows(runs: Sequence[dict[str, Any]], kept: list[str], name: str) -> bool:
    seen: dict[tuple[Hashable, ...], Any] = {}
    return all(seen.setdefault(tuple(run.get(k) for k in kept), run.get(name)) == run.get(name) for run in runs)


def display_value(settings: Mapping[str, Any], name: str) -> str:
    """Return a setting as text, a constant law as duration.

    >>> display_value({"scenario.platform.push": "constant(20m)"}, "scenario.platform.push")
    '20m'
    """
    value = settings.get(name)
    if value is None:
        return "in place" if name == PUSH and settings.get("ship") == "in_place" else "-"
    return constant(str(value))


def _written(value: Any) -> str:
    """Return a value as a scenario file has it.

    >>> _written([{"at": "3d", "share": 0.3}])
    '[{at: 3d, share: 0.3}]'
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(own)}' for key, own in value.items())}}}"
    return f"[{', '.join(map(_written, value))}]" if isinstance(value, list) else str(value)


def constant(law: str) -> str:
    """Return the duration of a constant law, other text unchanged."""
    return law[len("constant(") : -1] if law.startswith("constant(") and law.endswith(")") else law


def magnitude(value: str) -> float:
    """Return the size of a number or a duration.

    A word is minus infinity, so that words come first.

    >>> magnitude("20m"), magnitude("0.5"), magnitude("linucb")
    (1200.0, 0.5, -inf)
    """
    for read in (float, seconds):
        try:
            return float(read(value))
        except ValueError:
            continue
    return -math.inf


def levels(values: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return a setting's levels by size, and what they share.

    Durations and numbers are compared, also those inside of a law.

    Returns:
        The beginning of the law that all levels share, empty if they share none; the levels, and what is left of each.

    >>> levels(["exponential(mean=1h)", "exponential(mean=5m)"])
    ('exponential(mean=', {'exponential(mean=5m)': '5m', 'exponential(mean=1h)': '1h'})
    >>> list(levels(["exponential(mean=1h)", "exponential(mean=5m)", "7s", "1m"])[1])
    ['exponential(mean=5m)', 'exponential(mean=1h)', '7s', '1m']
    """
    parted = {one: law.groups() if (law := _ONE_ARGUMENT.fullmatch(one)) else ("", one) for one in set(values)}
    order = sorted(parted, key=lambda one: (magnitude(one), parted[one][0], magnitude(parted[one][1]), one))
    heads = {head for head, _ in parted.values()}
    head = heads.pop() if len(heads) == 1 else ""
    return head, {one: parted[one][1] if head else one for one in order}


def short_name(setting: str) -> str:
    """Return the last part of a setting's dotted name.

    >>> short_name("scenario.platform.push"), short_name("learner")
    ('push', 'learner')
    """
    return setting.rpartition(".")[2]


def two_words(setting: str) -> str:
    """Return the last two parts of a setting's dotted name.

    >>> two_words("scenario.feedback.click.delay"), two_words("scenario.platform.push"), two_words("learner")
    ('click delay', 'push', 'learner')
    """
    words = setting.removeprefix("scenario.").removeprefix("platform.").split(".")[-2:]
    return " ".join(words).replace("_", " ")


def cadence_name(settings: Mapping[str, Any]) -> str:
    """Return a cadence's name, its time instead where that differs.

    That is, where the name says a time by one of its words, and the cadence has another.

    >>> cadence_name({"cadence": "hourly", "cadence.interval": "1h"})
    'hourly'
    >>> cadence_name({"cadence": "hourly_adding", "cadence.interval": "30m"})
    'adding every 30m'
    """
    name = display_value(settings, "cadence")
    said = _times(name)
    times = {key: at for key in _WHEN if (at := settings.get(f"cadence.{key}")) is not None and said and at not in said}
    shown = [f"{'at' if key == 'time' else 'every'} {at}" for key, at in times.items()]
    kept = _PERIOD.sub("", name).strip("_") if times and "time" not in times else name
    return " ".join(filter(None, (kept, *shown)))


def _times(cadence: str) -> list[str]:
    """Return the times that a cadence's name says."""
    return [time for word, time in _TIMES.items() if word in cadence]


def display_name(settings: Mapping[str, Any], name: str, beside: Collection[str] = ()) -> str:
    """Return a setting as part of a name: ``push 20m``.

    Empty for a setting without effect, and for a cadence's time where the cadence is among the settings ``beside`` it
    and is called by its time.

    >>> display_name({"cadence": "nightly"}, "cadence"), display_name({"learner.alpha": 0.3}, "learner.alpha")
    ('nightly', 'alpha 0.3')
    """
    if settings.get(name) is None:
        return "" if display_value(settings, name) == "-" else display_value(settings, name)
    if name == "cadence":
        return cadence_name(settings)
    if name in _TIMED and "cadence" in beside and _times(display_value(settings, "cadence")):
        return ""
    return display_value(settings, name) if name in _FIRST else f"{short_name(name)} {display_value(settings, name)}"


def run_label(config: Mapping[str, Any]) -> str:
    """Return a short name of a run for lists.

    Such as ``linucb, wait, nightly, push 20m · news_feed``. What identifies the run best comes first, because lists may
    cut the end off.
    """
    agent = [*(_part(config, group) for group in ("learner", "correction", "cadence")), _shipping(config)]
    seed = f"seed {config['seed']}" if config["seed"] else ""
    return " · ".join(filter(None, (", ".join(agent), seed, config["scenario"]["name"])))


def _part(config: Mapping[str, Any], group: str) -> str:
    """Return the name of a part.

    The name under which it was chosen, or that of its class.
    """
    described = config["agent"].get(group)
    own = str(described.get("class", "")) if isinstance(described, Mapping) else ""
    name = str(config["choices"].get(group) or own.rpartition(".")[2] or "?")
    if group == "cadence" and isinstance(described, Mapping):
        return cadence_name({group: name} | {f"{group}.{key}": value for key, value in _spelt(described).items()})
    return f"no {group}" if name == "none" else name


def _shipping(config: Mapping[str, Any]) -> str:
    if config["agent"].get("ship") != "push":
        return "in place"
    platform = config["scenario"].get("platform")
    push = str(platform.get("push", "")) if isinstance(platform, Mapping) else ""
    return f"push {constant(push)}" if 0 < len(push) <= _SHORT else "push"
