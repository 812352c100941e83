"""The scores of a run, typed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import LabError


@dataclass(frozen=True, eq=False)
class Scores(Mapping[str, float | None]):
    """The scores of a run by name, None where undefined.

    Metrics say the names (`sim.score.about`). Properties are the scores that our own code asks for; they are None also
    where a score is absent.
    """

    by_name: Mapping[str, float | None] = field(default_factory=dict)

    @staticmethod
    def of(stored: Mapping[str, Any], file: str | Path) -> Scores:
        """Return the scores in a file.

        Args:
            stored: its content.
            file: its name, for messages.

        Raises:
            LabError: one is no number.
        """
        for name, value in stored.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            if value is not None and not number:
                raise LabError(f"{file}: {name}: is no number")
        return Scores(stored)

    @property
    def regret(self) -> float | None:
        """Regret at the base rate."""
        return self.get("regret/at_base_rate")

    @property
    def reward_per_request(self) -> float | None:
        """Reward a request."""
        return self.get("reward/per_request")

    @property
    def reward_per_user_day(self) -> float | None:
        """Reward a user and day."""
        return self.get("reward/per_user_day")

    @property
    def requests(self) -> float | None:
        """Requests that are scored."""
        return self.get("requests")

    @property
    def data_age(self) -> float | None:
        """Mean age of the serving data, seconds."""
        return self.get("staleness/data_age/mean")

    @property
    def label_age(self) -> float | None:
        """Mean age of the serving labels, seconds."""
        return self.get("staleness/label_age/mean")

    @property
    def credited(self) -> float | None:
        """The share of outcomes that the log credits."""
        return self.get("feedback/credited")

    @property
    def training_time(self) -> float | None:
        """Time spent on training, seconds."""
        return self.get("cost/training_time")

    @property
    def trained(self) -> float | None:
        """Versions trained."""
        return self.get("versions/trained")

    @property
    def pushed(self) -> float | None:
        """Versions that went live."""
        return self.get("versions/pushed")

    @property
    def rolled_back(self) -> float | None:
        """Versions rolled back."""
        return self.get("versions/rolled_back")

    @property
    def merged(self) -> float | None:
        """Triggers merged with one that waited."""
        return self.get("triggers/merged")

    def __getitem__(self, name: str) -> float | None:
        return self.by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)
