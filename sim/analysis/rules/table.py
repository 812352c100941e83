"""The test of rules as a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.analysis.rules.rule import Rule, Rules
from sim.analysis.rules.verdicts import Tested
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


def frame(rules: Rules, found: Mapping[str, tuple[Rule, Sequence[Tested]]]) -> pd.DataFrame:
    """Return a row per rule and place; see docs/outputs.md."""
    return pd.DataFrame([_row(rules, rule, one) for rule, places in found.values() for one in places])


def _row(rules: Rules, rule: Rule, one: Tested) -> dict[str, object]:
    decision, loss, half = one.place.decision, one.loss, one.half
    low, high = (None, None) if loss is None or half is None else (loss - half, loss + half)
    return {
        "rule": rule.says,
        rules.down: one.where(rules.down),
        rules.across: one.where(rules.across),
        "verdict": one.verdict,
        "loss": loss,
        "loss/low": low,
        "loss/high": high,
        "pairs": decision.pairs,
        "p/holm": decision.adjusted,
        "skewness": one.place.skewness,
        "source": rule.source,
    }
