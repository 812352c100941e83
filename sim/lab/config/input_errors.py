"""Turn errors of the input into messages without a traceback."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable

from sim.analysis.jobs.command_line import typed, unitless
from sim.analysis.jobs.error_lines import lines_of
from sim.analysis.jobs.keys import explain_key
from sim.errors import chain, unknown
from sim.lab.config.grammar import in_quotes
from sim.lazy import hydra, omegaconf
from sim.scenario.library import data_dir, shipped


def messages(error: BaseException) -> list[str] | None:
    """Return the messages of an error of input or agent."""
    for cause in chain(error):
        if (lines := lines_of(cause)) is not None:
            return lines
    if isinstance(error, hydra.errors.MissingConfigException):
        return [_missing(error.missing_cfg_file, error.options, error)]
    if isinstance(error, (hydra.errors.HydraException, omegaconf.errors.OmegaConfBaseException)) or _flags(error):
        return _of_hydra(error)
    return None


def _flags(error: BaseException) -> bool:
    """Say whether Hydra rejected its command-line flags.

    It raises a plain `ValueError` for flags that exclude each other.
    """
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    home = "" if at is None else str(at.tb_frame.f_globals.get("__name__"))
    return isinstance(error, ValueError) and home.startswith("hydra.")


def _missing(path: str | None, options: Iterable[str] | None, error: BaseException) -> str:
    """Return what is wrong with a choice in a group."""
    group, _, name = (path or "").rpartition("/")
    if not group or options is None:
        return str(error).strip().splitlines()[0]
    folders = {
        one: data_dir("conf") / one for one in ("learner", "correction", "cadence", "agent", "platform", "experiment")
    }
    folders["scenario"] = data_dir("scenarios")
    others = (
        f"{one}={name}" for one, folder in folders.items() if one != group and (folder / f"{name}.yaml").is_file()
    )
    return str(unknown(group, name, options, meant=next(others, "")))


def _of_hydra(error: BaseException) -> list[str]:
    if isinstance(error, hydra.errors.OverrideParseException):
        (asked,) = typed([str(error.override)])
        why = f"not an override, {str(error).splitlines()[0]}; key=value is allowed"
        if re.fullmatch(r"[\w./-]+", asked):
            why = "not an override; key=value is allowed" + (f": scenario={asked}" if asked in shipped() else "")
        elif (bare := unitless(asked)) is not None:
            why = f"{bare} has no unit; write durations such as 30s, 20m, 6h, 7d"
        elif (mended := in_quotes(asked)) is not None:
            why = f"not an override; a value with such characters needs quotes: {mended}"
        return [f"{asked}: {why}"]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if lines and lines[0].startswith("Could not override '"):
        cause, asked = error.__cause__, lines[0].split("'")[1]
        return [explain_key(getattr(cause, "full_key", None) or asked, getattr(cause, "parent_node", None), asked)]
    if lines and lines[0].startswith(("Ambiguous value for argument", "Sweep parameters")):
        (asked,) = typed([lines[0].partition("'")[2].rpartition("'")[0]])
        one = f"; if it is one value: {mended}" if (mended := in_quotes(asked)) is not None else ""
        return [f"{asked}: several values make a sweep: add -m{one}"]
    if lines and lines[0].startswith("Error merging override "):
        (asked,) = typed([lines[0].removeprefix("Error merging override ")])
        why = str(error.__cause__).splitlines()[0] if error.__cause__ else "not possible"
        if why.startswith("Cannot merge "):
            why = (
                "has a list [...] where there is a block of keys {...} now, or the other way round; the same form is "
                f"allowed, or any after {asked.partition('=')[0]}=null"
            )
        return [f"{asked}: {why}"]
    if lines and lines[0].startswith("Could not override"):
        return lines[:1]
    keep = [line for line in lines if not line.startswith(("full_key", "object_type", "Set the environment"))]
    return keep[:4]


def outcome(error: BaseException | None) -> dict[str, str | None]:
    """Return a traceback, and what is told of wrong input."""
    if error is None:
        return {"error": None, "told": None}
    return {"error": "".join(traceback.format_exception(error)), "told": next(iter(messages(error) or ()), None)}
