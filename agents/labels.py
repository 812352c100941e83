"""Whether a learner takes the labels that a correction makes."""

from __future__ import annotations

from typing import Any

from agents.shelves import shelf
from sim.ports import LABELS, includes, labels_of


def check_labels(learner: Any, correction: Any) -> None:
    """Refuse a learner for the labels it would get.

    Raises:
        ValueError: the message names the learners that would do.
    """
    labels_of(correction)
    taken, made = labels_of(learner), labels_of(correction, "makes")
    if not includes(taken, made):
        raise ValueError(
            f"{type(correction).__name__} makes labels that are {LABELS[made]}, and {type(learner).__name__} takes "
            f"{LABELS[taken]}; these learners would do: {', '.join(learners_taking(made))}"
        )


def learners_taking(labels: str) -> list[str]:
    """Return the names of learners that take some labels.

    >>> "LinUCB" in learners_taking("soft"), "UCB1" in learners_taking("soft")
    (True, False)
    """
    return _taking("learner", labels)


def corrections_taking(labels: str) -> list[str]:
    """Return the names of corrections that work with some labels.

    >>> "Wait" in corrections_taking("real"), "DFM" in corrections_taking("real")
    (True, False)
    """
    return _taking("correction", labels)


def _taking(kind: str, labels: str) -> list[str]:
    return [name for name, part in shelf(kind).items() if includes(labels_of(part), labels)]
