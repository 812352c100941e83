"""The command that repeats a sweep with other replications."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.lab.config.overrides import KEYS, typed

_ROOTS = {key.partition(".")[0] for key in KEYS} - {"results"} | {"hydra/launcher", "hydra/sweeper"}
_OVERRIDE = re.compile(r"[+~]{0,2}([A-Za-z_][\w/@]*)((?:\.[\w\[\]]+)*)(=.*)?", re.DOTALL)
_PLAIN = re.compile(r"[\w./:-]+")
_MOST, _LONGEST = 300, 4000  # overrides, characters


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


def _root(override: str) -> str | None:
    match = _OVERRIDE.fullmatch(override)
    return None if match is None else match[1]


def again(command: Sequence[str], overrides: Sequence[str], results: Path) -> str:
    """Return a command line for the shell.

    >>> again(["learner=ucb1,uniform", "seed=3", "replications.max=8"], ["replications=40", "seed=4"], Path("results"))
    'python -m sim -m learner=ucb1,uniform replications=40 seed=4'
    """
    given = {one.partition("=")[0] for one in overrides}
    gone = given | ({"replications.until", "replications.max", "replications.min", "replications.baseline"}
                    if "replications" in given else set())  # fmt: skip
    others = [one for one in command if one.lstrip("+").partition("=")[0] not in gone]
    where = str(results)
    shown = where if _PLAIN.fullmatch(where) else '"' + where.replace("\\", "\\\\").replace('"', '\\"') + '"'
    place = [] if results.absolute() == Path("results").absolute() else [f"results.dir={shown}"]
    return shlex.join(["python", "-m", "sim", "-m", *others, *overrides, *place])
