"""An experiment's rules of thumb, tested after its sweep."""

from __future__ import annotations

from dataclasses import replace

from sim.analysis.report.model import MapReport
from sim.analysis.rules.rule import Rules
from sim.lab.base.console import out
from sim.lab.report.charts import files, verdicts
from sim.lab.report.text.comparison import as_csv, print_map
from sim.lab.store.atomic import write_atomic
from sim.lab.sweep.sweep import Sweep


def write_rules(sweep: Sweep, rules: Rules, report: MapReport) -> list[str]:
    """Print and write tested rules; return where they are."""
    write_atomic(sweep.folder / "rules.csv", as_csv(report.table).encode())
    sources = dict.fromkeys(f"{rule.says}: {rule.source}" for rule in rules.each)
    answered = replace(report, explained=(*report.paragraphs[:-1], "", *report.explained))
    files.write_png(verdicts.draw(answered, "\n".join(sources)), sweep.folder / "rules.png")
    print_map(report, out())
    return [f"rules   {sweep.folder / 'rules.csv'}, rules.png"]
