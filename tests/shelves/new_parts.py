"""One new part of each kind, as files: what somebody would write who adds them."""

LEARNER = '''
"""Newest: shows the items that came last."""

from __future__ import annotations

import numpy as np

from sim.ports import Experience, Observations, Slates


class NewestPolicy:
    """Ranks by id, the latest first."""

    def act(self, observations: Observations) -> Slates:
        """Answer with the latest items."""
        latest = observations.catalogue.ids[::-1][: observations.size]
        return Slates(np.repeat(latest[None, :], len(observations), axis=0))


class Newest:
    """Learns nothing.

    Args:
        zeal: has no effect.
    """

    def __init__(self, zeal: float = 1.0) -> None:
        self.zeal = zeal

    def train(self, experience: Experience) -> None:
        """Learn nothing."""

    def policy(self) -> NewestPolicy:
        """Return the policy."""
        return NewestPolicy()
'''

CORRECTION = '''
"""Half negatives: a no counts only in part."""

from __future__ import annotations

import numpy as np

from sim.ports import Examples, News


class HalfNegatives:
    """What matured counts at once, a no by a weight; biased on purpose."""

    def __init__(self, weight: float = 0.5) -> None:
        self.weight = weight

    def examples(self, news: News) -> Examples:
        """Return the rows."""
        rows = news.matured
        return Examples(rows, rows.label, np.where(rows.label > 0, 1.0, self.weight))
'''

CADENCE = '''
"""Rarely: a long pause between trainings."""

from __future__ import annotations

from agents.cadences.base import Scheduled
from sim.ports import seconds


class Rarely(Scheduled):
    """Add what is new after each pause; pushed."""

    def __init__(self, pause: float | str) -> None:
        self.pause = seconds(pause)
        super().__init__(self.pause)
'''

LAW = '''
"""Log-logistic delays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law


@dataclass(frozen=True)
class LogLogistic(Law):
    """``log_logistic(median=1m)``, of shape 1."""

    name: ClassVar[str] = "log_logistic"
    usage: ClassVar[str] = "median="
    median: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> LogLogistic:
        """Return the law."""
        return cls(Arguments(cls, arguments, ("median",)).seconds("median"))

    def quantile(self, u: Floats) -> Floats:
        """Return median u / (1 - u)."""
        return np.asarray(self.median * u / (1.0 - u))

    def cdf(self, x: Floats) -> Floats:
        """Return x / (x + median)."""
        return np.asarray(x / (x + self.median))

    @property
    def mean(self) -> float:
        """Infinite."""
        return float(np.inf)
'''

CHOICE = '''
"""Reluctant: each further position is looked at less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.choices._examined import Examined
from sim.choices.base import Floats


@dataclass(frozen=True)
class Reluctant(Examined):
    """``reluctant(patience=0.5)``."""

    name: ClassVar[str] = "reluctant"
    patience: Annotated[float, Field(ge=0, le=1, description="share of users who look one position further")] = 0.5

    def seen(self, size: int) -> Floats:
        """Return powers of the patience."""
        return np.asarray(np.power(self.patience, np.arange(size)))
'''

TWIN = """
from sim.draws import uniform
from tests.reference.choices._shared import sigmoid

SHORT_FORM = True


def drawn(random, size):
    return f"reluctant(patience={random.choice([0.5, 1])})"


def seen(choice, size):
    return [choice.patience**k for k in range(size)]


def clicks(choice, utility, keys, nobody):
    rows = zip(seen(choice, len(utility)), utility, keys, strict=True)
    return [bool(uniform(key, 0) < e * sigmoid(u)) for e, u, key in rows]


def probabilities(choice, utility):
    return [e * sigmoid(u) for e, u in zip(seen(choice, len(utility)), utility, strict=True)]


def expected(choice, utility, value):
    total = 0.0
    for e, u, v in zip(seen(choice, len(utility)), utility, value, strict=True):
        total = total + e * (sigmoid(u) * v)
    return total
"""

METRIC = '''
"""Trainings a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Summary


class TrainingPace(Metric):
    """``versions/first_at``: when the first version was trained."""

    says: ClassVar[Mapping[str, About]] = {"versions/first_at": About("s", "less")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._first: float | None = None

    def finish(self, outcome: Outcome) -> None:
        """Take in the versions."""
        self._first = next((v.trained_at for v in outcome.versions[1:] if v.trained_at is not None), None)

    def summary(self) -> Summary:
        """Return the instant."""
        return {"versions/first_at": self._first}
'''

COMMAND = '''
"""``delaylab hello``."""

from __future__ import annotations

import argparse

HELP = "greet"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add no argument."""


def main(options: argparse.Namespace) -> int:
    """Greet."""
    print("hello from a new command")
    return 0
'''

PANEL = '''
"""Requests of each contender."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.lab.report.charts.style import PAGE, figure, styled
from sim.lab.report.panels.base import Asked, Panel


@dataclass(frozen=True)
class Requests(Panel):
    """Requests by name."""

    title = "Requests by contender"
    requests: dict[str, float | None]

    @classmethod
    def of(cls, asked: Asked) -> Requests:
        """Return the requests of what is shown."""
        shown = {one.name: one.contender.scores.get("requests") for one in asked.shown.series}
        return cls("A bar for each contender.", shown)

    @styled
    def draw(self) -> Figure:
        """Return bars."""
        made = figure(PAGE)
        made.subplots().barh(list(self.requests), [value or 0.0 for value in self.requests.values()])
        return made
'''

FILES = {
    "agents/learners/newest.py": LEARNER,
    "agents/corrections/half_negatives.py": CORRECTION,
    "agents/cadences/rarely.py": CADENCE,
    "conf/learner/newest.yaml": "_target_: agents.Newest\nzeal: 2.0\n",
    "conf/correction/half.yaml": "_target_: agents.HalfNegatives\n",
    "conf/cadence/rarely.yaml": "_target_: agents.Rarely\npause: 1h\n",
    "sim/laws/log_logistic.py": LAW,
    "sim/choices/reluctant.py": CHOICE,
    "sim/score/metrics/training_pace.py": METRIC,
    "sim/lab/cli/hello.py": COMMAND,
    "sim/lab/report/panels/requests.py": PANEL,
    "tests/reference/choices/reluctant.py": TWIN,
}

_NO_METRIC = "from sim.score.metrics.base import Metric\n\nclass Unfinished(Metric):\n    pass\n"
_NO_LAW = "from sim.laws.base import Law\n\nclass Nameless(Law):\n    pass\n"
_SAME = "from sim.score.metrics.retention import Retention as R\n\nclass Copy(R):\n    order = 200\n"
BROKEN = {
    "agents/learners/broken.py": "import nothing_of_that_name\n",
    "agents/cadences/broken.py": "raise SystemExit(3)\n",
    "sim/laws/broken.py": "class Half(\n",
    "sim/choices/broken.py": "1 / 0\n",
    "sim/score/metrics/broken.py": "raise RuntimeError('not ready')\n",
    "sim/lab/cli/broken.py": "import nothing_of_that_name\n",
    "sim/lab/report/panels/broken.py": "import nothing_of_that_name\n",
    "agents/learners/no_part.py": "class NoPolicy:\n    def train(self, experience):\n        pass\n",
    "sim/score/metrics/no_part.py": _NO_METRIC,
    "sim/laws/no_part.py": _NO_LAW,
    "sim/lab/cli/no_part.py": "HELP = 'nothing to do'\n",
    "sim/score/metrics/twice.py": _SAME,
}
