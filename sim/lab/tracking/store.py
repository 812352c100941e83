"""What logging needs of MLflow: the seam between what is logged and how it gets there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol


class Point(NamedTuple):
    """A value of a metric; ``timestamp`` in milliseconds."""

    key: str
    value: float
    timestamp: int
    step: int


class Deleted(RuntimeError):
    """The experiment was deleted; the message is its number."""


@dataclass(frozen=True)
class Entry:
    """A run as MLflow has it.

    Attributes:
        run_id: MLflow's name of it.
        finished: whether it was logged to the end.
        tags: its tags.
        place: where its files go, a URI.
    """

    run_id: str
    finished: bool
    tags: Mapping[str, str]
    place: str

    @property
    def here(self) -> bool:
        """Whether its files are copied within this machine."""
        return self.place.startswith("file:")


class Store(Protocol):
    """Runs of one experiment of MLflow's. Whatever is added twice is there once."""

    def whole(self) -> AbstractContextManager[object]:
        """Have what is done within be there at once or not at all, as far as that is possible."""

    def search(self, tags: Mapping[str, str]) -> list[Entry]:
        """Return the runs that have these tags, the latest first."""

    def create(self, name: str, tags: Mapping[str, str], start: int | None = None) -> Entry:
        """Begin a run; ``start`` in milliseconds, None: now."""

    def delete(self, entry: Entry) -> None:
        """Take a run away."""

    def add(self, entry: Entry, points: Sequence[Point], params: Mapping[str, str]) -> None:
        """Add points of metrics, and params."""

    def add_dataset(self, entry: Entry, dataset: Mapping[str, str]) -> None:
        """Add a dataset, by the names that MLflow has for what is told of it."""

    def add_files(self, entry: Entry, files: Iterable[Path]) -> None:
        """Add copies of files."""

    def tag(self, entry: Entry, key: str, value: str) -> None:
        """Set a tag."""

    def finish(self, entry: Entry, end: int | None = None) -> None:
        """End a run; ``end`` in milliseconds, None: now."""
