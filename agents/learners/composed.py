"""Base of learners that are made of another learner."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from agents.described import Described
from sim.ports import Experience, Learner, Policy, Space, columns_read, fresh_copy, labels_of


class Composed(Described, ABC):
    """A learner made of another one.

    What it reads, whether examples can be taken back, and the kind of labels are those of the base. The base is copied:
    two learners made of one object do not share what they learn.

    Args:
        base: the learner within.

    Raises:
        TypeError: the base is no learner.
    """

    def __init__(self, base: Learner) -> None:
        for method in ("train", "policy"):
            if not callable(getattr(base, method, None)):
                raise TypeError(f"base is {base!r}, expected a learner such as RidgeRanker()")
        self.base: Any = fresh_copy(base)

    def _columns(self, *own: str) -> tuple[str, ...] | None:
        """Return the columns that the base reads, and these."""
        read = columns_read(self.base)
        return None if read is None else (*read, *(name for name in own if name not in read))

    @property
    def retracts(self) -> bool:
        """Whether an example can be taken back."""
        return bool(getattr(self.base, "retracts", True))

    @property
    def warms(self) -> bool:
        """Whether a refit can begin with the former weights."""
        return bool(getattr(self.base, "warms", False))

    @property
    def labels(self) -> str:
        """The kind of labels that it learns from."""
        return labels_of(self.base)

    def begin(self, space: Space) -> None:
        """Set up the base for the shape of the world."""
        if begin := getattr(self.base, "begin", None):
            begin(space)

    def train(self, experience: Experience) -> None:
        """Train the base."""
        self.base.train(experience)

    def __getattr__(self, name: str) -> Any:
        """Predict impressions as the base does, if it does."""
        if name == "predict" and "base" in vars(self):
            return self.base.predict
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    @abstractmethod
    def policy(self) -> Policy:
        """Return a snapshot."""
