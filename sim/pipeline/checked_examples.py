"""The examples that a correction makes, checked before use."""

from __future__ import annotations

import math

import numpy as np

from sim.pipeline.agent_error import REAL, Breach
from sim.pipeline.taken_labels import TakenLabels
from sim.ports import Examples
from sim.tuning import TUNING


def checked(examples: Examples, taken: TakenLabels, rows: int = TUNING.rows_at_once) -> Examples:
    """Return a correction's examples with labels and weights as float64.

    Args:
        examples: as made.
        taken: the labels that the learner takes.
        rows: that are looked at together.

    Raises:
        Breach: they are not one such label and one finite weight for each impression.
    """
    if _sound(examples, taken):
        return examples
    if not isinstance(examples, Examples):
        raise Breach(f"examples are {type(examples).__name__}, expected Examples")
    if not examples.as_known:
        _check(examples, taken)
        return _as_floats(examples)
    for name, piece in examples.pieces(rows):
        if name is None:  # else they are the log's own
            _check(piece, taken)
    return examples


def _sound(examples: Examples, taken: TakenLabels) -> bool:
    """Say whether this is a single, apparently sound example."""
    if type(examples) is not Examples or len(examples.impressions) != 1:
        return False
    label, weight = examples.label, examples.weight
    if not type(label) is type(weight) is np.ndarray or not label.dtype == weight.dtype == np.float64:
        return False
    if not label.shape == weight.shape == (1,):
        return False
    return label.item() in taken and math.isfinite(weight.item())


def _check(examples: Examples, taken: TakenLabels) -> None:
    label, weight, rows = np.asarray(examples.label), np.asarray(examples.weight), len(examples.impressions)
    if label.dtype.kind not in REAL or weight.dtype.kind not in REAL:
        raise Breach(f"labels hold {label.dtype}, weights {weight.dtype}; real numbers are expected")
    if label.shape != (rows,) or weight.shape != (rows,):
        raise Breach(
            f"labels are {label.shape}, weights {weight.shape}; ({rows},) is expected, as there are impressions"
        )
    taken.check(label)
    if not math.isfinite(np.dot(weight, weight)) and not np.isfinite(weight).all():
        raise Breach("a weight is not a finite number")


def without_negatives(examples: Examples) -> Examples:
    """Return the examples without negative ones.

    For a learner that cannot take anything back.
    """
    if examples.as_known or not (examples.weight < 0).any():
        return examples
    keep = examples.weight > 0
    return Examples(examples.impressions.take(keep), examples.label[keep], examples.weight[keep])


def _as_floats(examples: Examples) -> Examples:
    label, weight = (np.asarray(column, dtype=np.float64) for column in (examples.label, examples.weight))
    if label is examples.label and weight is examples.weight:
        return examples
    return Examples(examples.impressions, label, weight)
