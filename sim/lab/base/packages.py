"""Other packages: what only an extra installs, and matplotlib's cache."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from sim.errors import LabError

_FIGURES = "MPLCONFIGDIR"


def needed(package: str, extra: str, asked: str) -> Any:
    """Return a package that an extra of delaylab installs.

    ``asked`` is the option that needs it, such as ``hydra/launcher=ray``.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise LabError(
            f"{asked}: needs {package}, which is not installed; pip install 'delaylab[{extra}]' brings it"
        ) from error


def leave_home_alone() -> None:
    """Give matplotlib a temporary folder for its font cache.

    It is removed when this process ends, and not used where the user's home holds a cache already. Matplotlib creates
    it when it is imported.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "matplotlib"
    if _FIGURES in os.environ or any(home.glob("fontlist-*.json")):
        return
    place = Path(tempfile.gettempdir()) / f"delaylab-matplotlib-{os.urandom(8).hex()}"
    os.environ[_FIGURES] = str(place)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
