"""The errors of agents that fail or break their contract."""

from __future__ import annotations

from sim.pipeline.agent_traceback import agent_traceback

REAL = "fiub"  # kinds of numpy's types that hold real numbers


class AgentError(RuntimeError):
    """An agent's breach of its contract.

    The message names the agent, the version, the simulated time, and the line of its code.

    Args:
        message: the one line.
        calls: the calls within the agent that led to the error, a line each; none where it only said what it may not.
    """

    def __init__(self, message: str, calls: tuple[str, ...] = ()) -> None:
        super().__init__(message, calls)  # both go along to another process
        self.calls = calls

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


class Breach(ValueError):
    """An agent's answer that its contract does not allow.

    Its own code did not fail: there is no line of it worth showing.
    """


def failed(who: str, error: BaseException) -> AgentError:
    """Return what to tell of an error.

    Args:
        who: which part failed to do what, in which version and when.
        error: as it was caught; `SystemExit` is one like any other, Ctrl-C is none of the agent's.
    """
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, Breach):
        return AgentError(f"{who}: {error}")
    where, calls = agent_traceback(error)
    return AgentError(f"{who}: {_shown(error)}{f' at {where}' if where else ''}", tuple(calls))


def _shown(error: BaseException) -> str:
    try:
        return repr(error)
    except Exception:  # the agent's own class may fail to show itself
        return type(error).__name__
