"""``delaylab COMMAND``: one module for each command.

Commands are found by walking this package. A module has ``HELP`` (a line), ``arguments(parser)`` and
``main(options) -> int``. Heavy packages are imported inside ``main``.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

from sim._version import __version__
from sim.analysis.jobs.command_line import check_folder, flags_first
from sim.errors import LabError, unknown
from sim.lab.base.console import print_message
from sim.lab.cli import run
from sim.lab.tracking.retry_budget import Abandoned
from sim.parts import modules, names
from sim.scenario import ScenarioError

_HAS = ("HELP", "arguments", "main")
_OF_ONE_RUN = ("abtest", "attribute", "time-learner", "cadence", "drill", "triggers", "sensitivity")  # have overrides
_ALONE = ("--multirun", "--help")  # options of theirs without a value


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others."""

    def error(self, message: str) -> NoReturn:
        command = self.prog.rpartition(" ")[2]  # delaylab without one
        raise LabError(f"{command}: {message.removeprefix('argument ')}; {self.prog} --help lists what there is")


def commands(*asked: str) -> dict[str, Any]:
    """Return the command modules by name, such as ``time-learner``.

    Args:
        asked: the names of those that are imported; none: all.
    """
    found = modules(__name__, {name.replace("-", "_") for name in asked} or None).items()
    return {name.replace("_", "-"): one for name, one in found if all(hasattr(one, needed) for needed in _HAS)}


def main(arguments: list[str]) -> int:
    """Run a command; return its exit code.

    It is 1 if something failed, 2 if the input is wrong.
    """
    if arguments[:1] == ["run"]:  # the rest is for Hydra, --help too
        return run.main(argparse.Namespace(overrides=arguments[1:]))
    if not arguments:
        parser().print_help(sys.stderr)
        return 2
    try:
        _check_name(arguments[0])
        options, further = parser(arguments[0]).parse_known_args(for_argparse(arguments))
        _refuse(arguments[0], further)
        return int(options.main(options))
    except ScenarioError as error:
        print_message(error.messages)
    except LabError as error:
        print_message(str(error))
        if isinstance(error, Abandoned):  # exit without waiting for threads that wait for servers
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(2)
    return 2


def _check_name(word: str) -> None:
    """Refuse a word that names no command."""
    known = [name.replace("_", "-") for name in names(__name__)]
    if word not in known and not word.startswith("-"):
        overrides = "=" in word
        more = "; overrides come after run: delaylab run KEY=VALUE ..." if overrides else ""
        raise unknown("command", word, known, more, "run" if overrides else "")


def _refuse(command: str, further: list[str]) -> None:
    """Refuse options that a command does not have."""
    if further:
        raise LabError(f"{command}: does not know {further[0]!r}; delaylab {command} --help lists what there is")


def for_argparse(arguments: list[str]) -> list[str]:
    """Return arguments in an order that argparse takes.

    A word among overrides is the scenario.

    >>> for_argparse(["cadence", "seed=1", "--price", "per_push=2", "--results", "out", "shop"])
    ['cadence', '--price=per_push=2', '--results=out', 'scenario=shop', 'seed=1']
    """
    if not arguments or arguments[0] not in _OF_ONE_RUN:
        return arguments
    command, *given = arguments
    check_folder(given)
    words = flags_first(given, lambda flag: flag.startswith("--") and "=" not in flag and flag not in _ALONE)
    for n, word in enumerate(words):
        if "=" not in word and word[:1] not in ("-", "~", "+"):
            words[n] = f"scenario={word}"
            break
    return [command, *flags_first(words)]


def parser(asked: str = "") -> argparse.ArgumentParser:
    """Return the parser with all commands, or with one.

    Args:
        asked: the command, whose start need not wait for the imports of the others.
    """
    top = _Parser(
        prog="delaylab",
        description="What does delay cost a recommender?",
        epilog="The options of a command: delaylab COMMAND --help. A first run: delaylab run scenario=bernoulli_bandit",
    )
    top.add_argument(
        "--version", action="version", version=f"delaylab {__version__}", help="print the version and leave"
    )
    below = top.add_subparsers(metavar="COMMAND", required=True)
    for name, module in (commands(asked) or commands()).items():
        sub = below.add_parser(name, help=module.HELP, description=module.HELP)
        module.arguments(sub)
        sub.set_defaults(main=module.main)
    return top
