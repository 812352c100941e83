"""Where matplotlib keeps its list of fonts: not in the home of whoever runs a sweep, unless it is there already."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_VARIABLE = "MPLCONFIGDIR"


def leave_home_alone() -> None:
    """Give matplotlib a folder that ends with this process, where it would make one in the user's home.

    Nothing is made unless matplotlib is imported.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "matplotlib"
    if _VARIABLE in os.environ or any(home.glob("fontlist-*.json")):
        return
    place = Path(tempfile.gettempdir()) / f"delaylab-matplotlib-{os.urandom(8).hex()}"
    os.environ[_VARIABLE] = str(place)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
