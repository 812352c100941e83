"""Code and versions with which a run was computed."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sim._version import __version__
from sim.analysis.identity import code_digest

COMMIT = "DELAYLAB_COMMIT"  # environment variable: the commit of code that was sent here without its checkout
_PACKAGES = ("numpy", "scipy", "simpy", "pandas")


@cache
def environment() -> dict[str, str | None]:
    """Return the versions on which numbers depend."""
    found: dict[str, str | None] = {"delaylab": __version__, "code": code_digest(), "git_commit": git_commit()}
    found |= {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    return found | {package: version(package) for package in _PACKAGES}


@cache
def git_commit() -> str | None:
    """Return the commit of the checkout the code runs from.

    Outside a checkout: that of the environment variable `COMMIT`, that which a wheel was built from, or None.
    """
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        built = root / "sim" / "_commit.txt"
        return os.environ.get(COMMIT) or (
            built.read_text(encoding="utf-8").strip() or None if built.is_file() else None
        )
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
