"""``delaylab verify``: compare the simulator with known results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from sim.analysis.verified import choose, table
from sim.errors import LabError
from sim.lab.base.console import out
from sim.lab.base.progress import progress
from sim.lab.report.text.tables import show

HELP = "check the simulator against known answers; exit code 1 if a claim fails"
_PACKAGE = "sim._claims"  # the package of the claims in a wheel


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help="only topics with this in their name (all)")
    parser.add_argument("--all", action="store_true", help="the slow claims too: minutes instead of seconds")


def main(options: argparse.Namespace) -> int:
    """Run the claims and print them as a table."""
    chosen = choose(topics(), options.topics, options.all)
    results = dict(run(chosen))
    show([table(results)], out())
    claims = [claim for own in results.values() for claim in own]
    failed, total = sum(not claim.holds for claim in claims), len(claims)
    print(f"{total - failed} of {total} claims hold")
    return 1 if failed else 0


def topics() -> dict[str, Any]:
    """Return the functions that make claims, by name."""
    return dict(_package().found())


def run(chosen: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Run topics one after another, with progress."""
    with progress("verify", len(chosen), brief=True) as done:
        for name, topic in chosen.items():
            yield name, topic()
            done(False)


def _package() -> Any:
    """Return the claims' module, in a checkout from ``tests``."""
    if _PACKAGE not in sys.modules:
        package = Path(__file__).resolve().parents[2]
        packed = package / "_claims"
        folder = packed if packed.is_dir() else package.parent / "tests" / "claims"
        spec = spec_from_file_location(_PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)])
        if spec is None or spec.loader is None or not folder.is_dir():
            raise LabError(f"verify: there is no {folder}")
        sys.modules[_PACKAGE] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return import_module(f"{_PACKAGE}._claim")
