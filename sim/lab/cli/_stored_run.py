"""Options and messages of commands about a stored run."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sim.errors import LabError, harmless
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, find_here
from sim.lab.run.rebuild import find_run, rebuild
from sim.lab.store.run_folder import Stored
from sim.pipeline.agent_error import AgentError
from sim.scenario import ScenarioError


def add_run(parser: argparse.ArgumentParser, what: str = "a run's folder with its trace") -> None:
    """Add ``RUN``, ``--replication``, ``--results`` and ``--trust``."""
    parser.add_argument("run", metavar="RUN", help=f"{what}, or the start of its hash")
    parser.add_argument("--replication", type=int, default=0, metavar="R", help="which replication, from 0 (0)")
    add_results(parser)
    text = "allow classes of the run that are not in agents, also from this folder: this runs their code"
    parser.add_argument("--trust", action="store_true", help=text)


@contextmanager
def stored_run(options: argparse.Namespace, command: str) -> Iterator[Stored]:
    """Yield the run; errors, which quote untrusted files, get harmless."""
    try:
        if options.trust:
            find_here()
        run = rebuild(find_run(options.run, options.results, command), options.trust)
        warn(run.warnings)
        yield run
    except ScenarioError as error:
        raise ScenarioError([harmless(line) for line in error.messages]) from error
    except (LabError, AgentError) as error:
        raise LabError(harmless(" ".join(str(error).split()))) from error


def warn(lines: Iterable[str]) -> None:
    """Print warnings about a run."""
    print_message([f"warning: {line}" for line in lines])
