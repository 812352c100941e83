"""The packages of a wheel, found by walking: the code, and what a checkout has beside it as data."""

from pathlib import Path

from setuptools import find_packages, setup

BESIDE = {"conf": "sim._conf", "scenarios": "sim._scenarios", "tests/claims": "sim._claims"}


def data() -> dict[str, str]:
    """Return the folder of each package of data, those within the folders of `BESIDE` too."""
    found = dict(zip(BESIDE.values(), BESIDE, strict=True))
    inner = [path for path in Path("conf").rglob("*") if path.is_dir() and any(path.glob("*.yaml"))]
    return found | {f"sim._{'.'.join(path.parts)}": path.as_posix() for path in sorted(inner)}


setup(
    packages=[*find_packages(include=["sim", "sim.*", "agents", "agents.*"]), *data()],
    package_dir=data(),
)
