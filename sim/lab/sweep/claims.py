"""The claims of an experiment, checked after its sweep."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import yaml

from sim.analysis.claims.checked import check, frame
from sim.analysis.claims.shown import parts
from sim.analysis.paired.contenders import contenders
from sim.lab.base.console import out, print_message
from sim.lab.report.charts import claims, files
from sim.lab.report.text.tables import as_csv, show
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.sweep.sweep import Sweep
from sim.scenario.library import data_dir


@cache
def named_agents() -> dict[str, dict[str, str]]:
    """Return learner, correction and cadence of the agents in ``conf/agent``."""
    found = {}
    for file in (data_dir("conf") / "agent").glob("*.yaml"):
        chosen = [one for one in yaml.safe_load(file.read_text(encoding="utf-8"))["defaults"] if isinstance(one, dict)]
        found[file.stem] = {str(key).rpartition("/")[2]: str(name) for one in chosen for key, name in one.items()}
    return found


def check_claims(sweep: Sweep, records: Sequence[Record]) -> list[str]:
    """Check, print and write the claims; return where they are."""
    if missing := (len(sweep.plans) - len(records)) * bool(sweep.questions.claims):
        print_message(f"claims: not checked, {missing} of {len(sweep.plans)} runs are missing")
    if missing or not sweep.questions.claims:
        return []
    looks = 1 if sweep.until is None else len(sweep.until.looks)
    sweep.checked = check(sweep.questions.claims, contenders(records), named_agents(), looks)
    show(parts(sweep.checked), out())
    file = sweep.folder / "claims.csv"
    write_atomic(file, as_csv(frame(sweep.checked)).encode())
    write_atomic(file.with_suffix(".png"), files.png(claims.draw(sweep.checked)))
    return [f"claims  {file}, claims.png"]
