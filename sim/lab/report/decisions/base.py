"""All decisions by name.

To add one, write a file of this folder with a subclass of `sim.analysis.decision.Decision`, and an experiment that
names it::

    decision: {name: attribution_window, quick: {scenario.users.count: 20, replications: 2}}

(or ``decision: attribution_window``; also ``decision=attribution_window`` on the command line of any sweep). The sweep
then runs its ``axes`` beside the experiment's own grid, with ``quick=true`` also the settings under ``quick``; it ends
with the question, the answer and the table in the terminal, writes ``NAME.csv`` and ``NAME.png`` into its folder, and
its report opens with them. An experiment that is for some scenarios only says which, and what fits the others::

    decision: {name: rules, fits: {scenario.feedback.learn_from: click}, otherwise: vendor_rules_purchases}

Other keys go to the decision's ``__init__``. Compute in `sim.analysis`, draw in
`sim.lab.report.charts`; a decision only joins them.
"""

from __future__ import annotations

from sim.analysis.decision import Decision
from sim.parts import classes


def decisions() -> dict[str, type[Decision]]:
    """Return all decisions by name."""
    return classes(__package__, lambda kind: issubclass(kind, Decision), "name")
