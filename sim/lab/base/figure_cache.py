"""The folder of matplotlib's font cache.

A sweep must not write into the user's home, unless the cache is there already.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_VARIABLE = "MPLCONFIGDIR"


def leave_home_alone() -> None:
    """Give matplotlib a temporary folder for its font cache.

    The folder is removed when this process ends. It is not used where the user's home holds a cache already.

    The folder is created only if matplotlib is imported.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "matplotlib"
    if _VARIABLE in os.environ or any(home.glob("fontlist-*.json")):
        return
    place = Path(tempfile.gettempdir()) / f"delaylab-matplotlib-{os.urandom(8).hex()}"
    os.environ[_VARIABLE] = str(place)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
