"""Messages of errors of the input or of an agent."""

from __future__ import annotations

from pathlib import Path

import yaml

from sim.errors import Died, LabError
from sim.pipeline.agent_error import AgentError
from sim.scenario import ScenarioError


def lines_of(cause: BaseException) -> list[str] | None:
    """Return the messages of one of our errors, else None.

    Args:
        cause: of wrong input, of an agent, of a process that died, or of YAML in a file.

    >>> lines_of(LabError("seed: is -1")), lines_of(ValueError("no digit"))
    (['seed: is -1'], None)
    """
    if isinstance(cause, ScenarioError):
        return list(cause.messages)
    if isinstance(cause, (LabError, Died)):
        return str(cause).splitlines()
    if isinstance(cause, AgentError):
        return [str(cause), *cause.calls]
    if isinstance(cause, yaml.MarkedYAMLError) and (mark := cause.problem_mark) and Path(mark.name).is_file():
        within = f" {cause.context}" if cause.context else ""  # the block that holds the mistake
        since = f" that begins at line {cause.context_mark.line + 1}" if within and cause.context_mark else ""
        what = f"not YAML:{within}{since}{', ' if within else ' '}{cause.problem}"
        return [f"{mark.name}:{mark.line + 1}:{mark.column + 1}: {what}"]
    return None
