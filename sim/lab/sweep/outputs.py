"""The end of a sweep: what is written, logged and told when its jobs are done."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.lab.base.console import complain, out
from sim.lab.config.command_line import trusted
from sim.lab.config.overrides import typed
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record

if TYPE_CHECKING:
    from sim.lab.sweep.sweep import Sweep

_PLAIN: dict[str, Any] = {"highlight": False, "soft_wrap": True, "markup": False}


def finish(sweep: Sweep, tell: Callable[[list[Record]], None] | None = None) -> None:
    """Write table, figure and list of jobs; log them; tell people where they are.

    Args:
        sweep: whose jobs are done.
        tell: shows people what came out; None: the comparison, and its verdict map if it has one.
    """
    from sim.analysis.compare.comparison import comparison
    from sim.analysis.compare.table import table
    from sim.lab.report.charts.curves import draw
    from sim.lab.report.charts.verdicts import write_map
    from sim.lab.report.html.page import html
    from sim.lab.report.middle_world import one_world
    from sim.lab.report.score_table import title
    from sim.lab.report.text.comparison import as_csv, show
    from sim.lab.report.text.next_command import show_next
    from sim.lab.report.trainer_load import saturated_among

    sweep.fall_back()
    _write_list(sweep)
    if not (records := sweep.records()):
        return
    found, heading = replace(comparison(records, until=sweep.until), command=sweep.command), title(records)
    write_atomic(sweep.folder / "comparison.csv", as_csv(found).encode())
    write_atomic(sweep.folder / "comparison.parquet", table(found).to_parquet(index=False))
    figure = sweep.folder / "comparison.png"
    draw(*one_world(found, records), figure)
    write_atomic(sweep.folder / "report.html", html(found, heading).encode())
    lines: Sequence[str] = ()
    if tell is None:
        lines = write_map(found, heading, sweep.folder, out())
        show(found, heading, out(), most=1 if lines else None)
        show_next(found, sweep.results, out())
    else:
        tell(records)
    if others := sum(not record.of_this_code for record in records):
        complain(f"note: {others} of {len(records)} runs were computed by other source of the same results epoch")
    if (line := saturated_among(records)) is not None:
        complain(line)
    sweep.log_last(records)
    sweep.tracker.log_sweep(sweep.folder)
    folder = sweep.folder
    files = (f"table   {folder / 'comparison.csv'}", f"figure  {figure}", f"report  {folder / 'report.html'}", *lines)
    out().print("\n".join((f"runs    {sweep.results / 'runs'}", *files)), **_PLAIN)
    out().print(sweep.tracker.where(), **_PLAIN)


def _write_list(sweep: Sweep) -> None:
    failed = [plan for plan, _ in sweep.failures()]
    jobs = [
        {"run": p.hash, "overrides": typed(p.overrides), "choices": dict(p.choices), "failed": p in failed}
        | ({"earlier": sweep.earlier(p)} if p.looks else {})
        for p in sweep.plans
    ]
    about: dict[str, Any] = {
        "sweep": sweep.name,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "jobs": jobs,
    }
    about |= {} if trusted(command := list(sweep.command or ())) is None else {"command": command}
    about |= {} if sweep.until is None else {"until": sweep.until.plain()}
    write_atomic(sweep.folder / "sweep.json", (json.dumps(about, indent=2) + "\n").encode())
    failures = sweep.folder / "failures.txt"
    failures.unlink(missing_ok=True)
    if failed:
        told = [f"{' '.join(typed(p.overrides))}\n{e}" for p, e in sweep.failures()]
        write_atomic(failures, "\n\n".join(told).encode(errors="backslashreplace"))
