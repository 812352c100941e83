"""The end of an agent.

What it holds is closed, however a run ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sim.pipeline.asking import asked, end_if_forked
from sim.ports import AgentParts, close_part


@contextmanager
def ending(agent: AgentParts) -> Iterator[None]:
    """Close learner and correction in the end.

    All are closed, also if one fails to. An error of before is the one that is raised.

    Args:
        agent: a fresh one, which nobody uses after that.

    Raises:
        AgentError: a part failed to close.
    """
    home, parts = os.getpid(), (agent.learner, agent.correction)
    try:
        yield
    except BaseException:
        for part in parts if os.getpid() == home else ():  # a process that it forked has nothing to close
            with suppress(Exception, SystemExit):
                close_part(part)
        raise
    with ExitStack() as all_of_them:
        for part in reversed(parts):
            all_of_them.callback(asked, f"{type(part).__name__} failed to close", close_part, part)
    end_if_forked(home, type(agent.learner).__name__)
