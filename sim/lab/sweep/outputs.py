"""The end of a sweep: write, log and print results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from sim.analysis.paired.comparison import comparison
from sim.analysis.published import beside_published
from sim.analysis.published_shown import answer_of
from sim.analysis.published_table import Published
from sim.analysis.report.build import report_of
from sim.analysis.report.model import Answered
from sim.analysis.report.parts import comparison_parts, map_parts, next_parts, opening_parts
from sim.analysis.trainer_load import saturated_among
from sim.analysis.units import counted
from sim.lab.base.console import out, print_message
from sim.lab.report.answers import files_of
from sim.lab.report.charts import published as charts
from sim.lab.report.charts import style
from sim.lab.report.contents import contents
from sim.lab.report.panels.base import figures_of
from sim.lab.report.text.tables import as_csv, show
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.sweep.claims import check_claims
from sim.lab.sweep.sweep import Sweep


def finish(sweep: Sweep, tell: Callable[[list[Record]], None] | None = None) -> None:
    """Write and log a sweep's results; print their paths.

    ``tell`` prints the result; without it the comparison and its verdict map are printed.
    """
    sweep.fall_back(sweep.complete)
    _write_list(sweep)
    if not (records := sweep.records()):
        return
    found = replace(comparison(records, until=sweep.until), command=sweep.command)
    answered = None if sweep.decision is None else sweep.decision.answer(found)
    report, folder = report_of(records, found, sweep.results, figures_of(found), answered), sweep.folder
    table, figure, page = folder / "comparison.csv", folder / "comparison.png", folder / "report.html"
    for file, data in contents(report, csv=table, html=page, curves=figure):
        write_atomic(file, data)
    write_atomic(folder / "comparison.parquet", report.table.to_parquet(index=False))
    lines = [f"table   {table}", f"figure  {figure}", f"report  {page}"]
    if (published := sweep.questions.published) is not None:
        lines += _answered(sweep, _beside_published(sweep, published))
    elif answered is not None:
        lines += _answered(sweep, answered)
    elif tell is None:
        show(opening_parts(report), out())
        if report.map is not None:
            write_atomic(folder / "verdicts.csv", as_csv(report.map.table).encode())
            for file, data in contents(report, verdicts=folder / "verdicts.png"):
                write_atomic(file, data)
                lines.append(f"map     {file}")
            show(map_parts(report.map), out())
        own = comparison_parts(report, most=None if report.map is None else 1)
        show((*own, *next_parts(report)), out(), "; --csv has all")
    else:
        tell(records)
    lines += check_claims(sweep, records)
    if sweep.decision is not None and answered is None:
        print_message(f"note: decision: {sweep.decision.name}: these runs do not differ in what it asks about")
    if others := sum(not record.of_this_code for record in records):
        print_message(
            f"note: other source of the same results epoch computed {others} of {counted(len(records), 'run')}"
        )
    if (line := saturated_among(records)) is not None:
        print_message(line)
    sweep.log(records if sweep.until is not None else [])
    sweep.tracker.log_sweep(folder)
    out().out("\n".join((f"runs    {sweep.results / 'runs'}", *lines)), highlight=False)
    sweep.tracker.finish()
    out().out(sweep.tracker.where(), highlight=False)


def _beside_published(sweep: Sweep, table: Published) -> Answered:
    """Return the published table beside the measured one."""
    scores = {cell: sweep.measured(table.score_of(cell), sweep.plans[n]) for cell, n in sweep.cells.items()}
    found = beside_published(table, scores)
    answer = answer_of(table, found)
    return Answered(answer, lambda width, title: charts.draw(found.cells, table, answer))


def _answered(sweep: Sweep, answered: Answered) -> list[str]:
    """Write and print an answer; return where it is."""
    answer, draw = answered
    files = files_of(answer, draw(style.FILE, f"{answer.question}\n{answer.told}")).values()
    for name, data in files:
        write_atomic(sweep.folder / name, data)
    show(answer.parts, out())
    return [f"answer  {sweep.folder / ', '.join(name for name, _ in files)}"]


def _write_list(sweep: Sweep) -> None:
    about = sweep.listed(datetime.now(UTC).isoformat(timespec="seconds"))
    write_atomic(sweep.folder / "sweep.json", about.text(sweep.name).encode())
    sweep.failures_file.unlink(missing_ok=True)
    if text := sweep.failures_text():
        write_atomic(sweep.failures_file, text.encode(errors="backslashreplace"))
