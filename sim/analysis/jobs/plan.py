"""A job of a sweep, as planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Plan:
    """A job of a sweep."""

    hash: str  # the name of its run
    overrides: tuple[str, ...]  # those of the job
    experiment: str | None  # the experiment it belongs to
    choices: Mapping[str, str] = field(default_factory=dict)  # the names chosen in the config groups
    trace: bool = False  # whether the trace is wanted
    rerun: bool = False  # whether to compute it even if it is complete
    # with a stopping rule, the names of its runs by number of replications
    looks: Mapping[int, str] = field(default_factory=dict)

    @property
    def replications(self) -> int | None:
        """Current number of replications; None: as overridden."""
        return next((count for count, name in self.looks.items() if name == self.hash), None)

    @property
    def earlier(self) -> tuple[str, ...]:
        """Its runs with fewer replications."""
        return tuple(name for count, name in self.looks.items() if count < (self.replications or 0))

    def last(self, complete: Callable[[str], bool]) -> Plan:
        """Return the job by its last complete run.

        It stays as it is if none is complete.

        Args:
            complete: says whether the run of a name is complete.
        """
        return next((replace(self, hash=n) for n in (self.hash, *reversed(self.earlier)) if complete(n)), self)

    def at(self, replications: int) -> Plan:
        """Return the job with another number of replications."""
        return replace(self, hash=self.looks[replications])

    @property
    def current(self) -> list[str]:
        """Its overrides with the current number of replications."""
        if self.replications is None:
            return list(self.overrides)
        others = [o for o in self.overrides if not o.lstrip("+").startswith(("replications=", "replications."))]
        return [*others, f"++replications={self.replications}"]
