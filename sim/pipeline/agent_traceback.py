"""Where in an agent's code an error came from."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path
from types import FrameType

_LINES = 8  # of a recursion without end, its beginning and its end are enough
_HANDS_ON = ("agents.agent",)  # calls what is the agent's own, as `sim` does
_LIBRARY = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))


def agent_traceback(error: BaseException) -> tuple[str, list[str]]:
    """Return where agents' code raised an error, and its calls.

    Only as far as agents' own code goes.

    Args:
        error: as it was caught by who asked the agent.

    Returns:
        ``FILE:LINE`` of the innermost call that is no library's, empty when no code of the agent's ran; and a line
        ``FILE:LINE in FUNCTION: CODE`` for each call from the agent's first on.
    """
    calls = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    inside = [n for n, (frame, _) in enumerate(calls) if not _ours(frame)]
    if not inside:
        return "", []
    calls = calls[inside[0] :]
    own = [call for call in calls if not _ours(call[0]) and not _of_a_library(call[0])] or calls[:1]
    frame, line = own[-1]
    told = [
        f"  {_file(frame)}:{line} in {frame.f_code.co_name}: {summary.line}"
        for (frame, line), summary in zip(calls, traceback.StackSummary.extract(iter(calls)), strict=True)
    ]
    if len(told) > _LINES:
        told = [*told[: _LINES // 2], f"  ... {len(told) - _LINES} more ...", *told[-_LINES // 2 :]]
    return f"{_file(frame)}:{line}", told


def _ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] == "sim" or module in _HANDS_ON


def _of_a_library(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    if str(frame.f_globals.get("__name__", "")).partition(".")[0] == "agents":
        return False  # wherever it is installed
    installed = {"site-packages", "dist-packages"} & set(Path(file).parts)
    return bool(installed) or file.startswith(("<frozen", *_LIBRARY))


def _file(frame: FrameType) -> str:
    """Return the file's path, relative if it lies below here."""
    file = Path(frame.f_code.co_filename)
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)
