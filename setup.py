"""The packages of a wheel, found by walking: the code, and what a checkout has beside it as data.

A wheel also holds the commit that it was built from (`sim/_commit.txt`), so that its runs can name it, and the versions
that the tests ran with (`sim/_constraints.txt`).
"""

import subprocess
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent

BESIDE = {"conf": "sim._conf", "scenarios": "sim._scenarios", "tests/claims": "sim._claims"}


def data() -> dict[str, str]:
    """Return the folder of each package of data, those within the folders of `BESIDE` too."""
    found = dict(zip(BESIDE.values(), BESIDE, strict=True))
    inner = [path for path in Path("conf").rglob("*") if path.is_dir() and any(path.glob("*.yaml"))]
    return found | {f"sim._{'.'.join(path.parts)}": path.as_posix() for path in sorted(inner)}


class BuildWithOrigin(build_py):
    """Adds what only a checkout knows; an editable install has the checkout itself."""

    def run(self) -> None:
        """Build, then write the two files."""
        super().run()
        if self.editable_mode:
            return
        place = Path(self.build_lib) / "sim"
        (place / "_constraints.txt").write_bytes((ROOT / "constraints.txt").read_bytes())
        if (ROOT / ".git").exists():
            command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
            found = subprocess.run(command, capture_output=True, text=True, check=False)
            (place / "_commit.txt").write_text(found.stdout.strip(), encoding="utf-8")


setup(
    cmdclass={"build_py": BuildWithOrigin},
    packages=[*find_packages(include=["sim", "sim.*", "agents", "agents.*"]), *data()],
    package_dir=data(),
)
