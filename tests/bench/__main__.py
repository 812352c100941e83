"""Speed as a table: ``make bench``, or ``python -m tests.bench [PART ...] [--update]``.

Ratios of CPU time, each pair taking turns within one run, are compared with `results/reference/bench.json`; one that
is worse by more than `TOLERANCE` fails. Absolute numbers are for orientation: they are those of this machine today.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.ceiling import ceiling
from tests.bench.cliffs import cliffs
from tests.bench.fixed import fixed_costs
from tests.bench.launcher import launchers
from tests.bench.mechanisms import mechanisms
from tests.bench.million import million
from tests.bench.regimes import against_block_one, against_the_naive_model
from tests.bench.scale import growth, memory
from tests.bench.single import one_by_one
from tests.bench.timing import Measured
from tests.bench.turnover import turnover

REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "bench.json"
TOLERANCE = 1.4  # of a ratio, on machines with two noisy cores
PARTS = {
    "naive": against_the_naive_model,
    "blocks": against_block_one,
    "ceiling": ceiling,
    "single": one_by_one,
    "cliffs": cliffs,
    "turnover": turnover,
    "mechanisms": mechanisms,
    "growth": growth,
    "memory": memory,
    "fixed": fixed_costs,
    "launcher": launchers,
    "million": million,
}


def main(arguments: list[str]) -> int:
    """Measure the parts named, all unless told; return 1 when a ratio is worse than the reference allows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all unless told")
    parser.add_argument("--update", action="store_true", help="make what was measured the reference")
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    reference = json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}
    console = Console(width=130)
    found: list[Measured] = []
    failed = []
    for part in options.parts or PARTS:
        try:
            with console.status(f"measuring: {part}"):
                for measured in PARTS[part]():
                    found.append(measured)
        except Exception:  # what the others measured is not lost
            failed.append(part)
            traceback.print_exc()
    console.print(_table(found, reference))
    for part in failed:
        console.print(f"[red]failed: {part}[/]")
    if options.update:
        reference |= {m.name: round(m.value, 3) for m in found if m.ratio}
        REFERENCE.write_text(json.dumps(reference, indent=1) + "\n")
    slower = [m.name for m in found if m.ratio and worse(m, reference.get(m.name))]
    for name in slower:
        console.print(f"[red]worse than the reference by more than {TOLERANCE} x: {name}[/]")
    beyond = [m.name for m in found if m.beyond]
    for name in beyond:
        console.print(f"[red]beyond its limit: {name}[/]")
    return 1 if failed or slower or beyond else 0


def worse(measured: Measured, before: float | None) -> bool:
    """Say whether a number is worse than it was by more than the tolerance."""
    if not before:
        return False
    return (before / measured.value if measured.more else measured.value / before) > TOLERANCE


def _table(found: list[Measured], reference: dict[str, float]) -> Table:
    table = Table("what", "measured", "target", "reference")
    for m in found:
        sign = ">=" if m.more else "<="
        target = "" if m.target is None else f"{sign} {m.form.format(m.target)}"
        colour = {True: "green", False: "yellow", None: "default"}[m.met]
        before = m.form.format(reference[m.name]) if m.name in reference and m.ratio else ""
        table.add_row(m.name, f"[{colour}]{m.form.format(m.value)}[/]", target, before)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
