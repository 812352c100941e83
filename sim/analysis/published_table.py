"""A published table, and how to measure it.

It states where it was published, which runs its cells are, and what counts as the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.analysis.settings import two_words
from sim.analysis.units import counted
from sim.errors import LabError
from sim.scenario.errors import lines_of

Cell = tuple[str, str]  # the names of its row and its column
_OWN = "score"  # a row or column may have a score of its own


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ratio(_Model):
    """A ratio of two rows, in each column."""

    of: str
    to: str
    tolerance: float = Field(gt=0.0)


class Order(_Model):
    """Two rows, or two columns, of which one is less."""

    less: str
    than: str
    plus: float = 0.0  # what is added to the greater one, such as a bound's last term
    within: tuple[str, ...] = ()  # the columns (or rows) it is said of; empty: all


class Published(_Model):
    """A published table, and how to measure it.

    Attributes:
        source: where it was published, with a link.
        score: the name of the score in a run's summary.
        about: what is compared, in a few words; it begins the title of the figure.
        across: what the columns are, with a unit; None: the settings that differ between them.
        rows: by name, the settings of a row; ``score`` among them is a score of its own.
        columns: the same for columns.
        values: the published numbers of a row, one a column; None where nothing was published.
        tolerance: a cell is the same if measured / published is at most so far from 1. Without it a cell is the same
            if its interval holds the published number.
        at_most: the numbers are upper bounds; a cell is the same if its interval lies below.
        only_orders: whether the published world is another one, so that numbers are shown and only orders are compared.
        ratios: rows whose ratio is compared with the published one.
        orders: what is less than what.
        left_open: what the source leaves open, and what was chosen.
        quick: small settings of all cells, to see that it works; their numbers say nothing.
    """

    source: str
    score: str
    about: str = "A published table"
    across: str | None = None
    rows: dict[str, dict[str, Any]] = Field(min_length=1)
    columns: dict[str, dict[str, Any]] = Field(min_length=1)
    values: dict[str, tuple[float | None, ...]] = {}
    tolerance: float | None = Field(default=None, gt=0.0)
    at_most: bool = False
    only_orders: bool = False
    ratios: tuple[Ratio, ...] = ()
    orders: tuple[Order, ...] = ()
    left_open: tuple[str, ...] = ()
    quick: dict[str, Any] = {}

    @field_validator("rows", "columns", "values", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        """Accept numbers as names."""
        return {str(name): one for name, one in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _names(self) -> Self:
        for name, numbers in self.values.items():
            if name not in self.rows:
                raise ValueError(f"values.{name}: there is no such row; rows: {', '.join(self.rows)}")
            if len(numbers) != len(self.columns):
                held = counted(len(numbers), "number")
                raise ValueError(f"values.{name}: {held}, one for each of {len(self.columns)} columns")
        for ratio in self.ratios:
            for name in (ratio.of, ratio.to):
                if name not in self.rows:
                    raise ValueError(f"ratios: there is no row {name}; rows: {', '.join(self.rows)}")
        for order in self.orders:
            own, across = self.along(order)
            if order.less not in own or order.than not in own:
                raise ValueError(f"orders: {order.less} and {order.than} are not two rows, nor two columns")
            if unknown := [name for name in order.within if name not in across]:
                raise ValueError(f"orders: within: {unknown[0]} is not among {', '.join(across)}")
        return self

    def along(self, order: Order) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the names that an order compares, and within."""
        return (self.rows, self.columns) if order.less in self.rows else (self.columns, self.rows)

    def settings(self, *, quick: bool = False) -> dict[Cell, dict[str, Any]]:
        """Return the settings of each cell's run."""
        last = self.quick if quick else {}
        return {
            (row, column): {key: value for key, value in {**across, **down, **last}.items() if key != _OWN}
            for row, down in self.rows.items()
            for column, across in self.columns.items()
        }

    def across_in_words(self) -> str:
        """Return what its columns are, for people.

        >>> columns = {"1": {"scenario.platform.push": "1s"}}
        >>> Published(source="a book", score="regret/total", rows={"UCB": {}}, columns=columns).across_in_words()
        'push'
        """
        keys = dict.fromkeys(key for one in self.columns.values() for key in one)
        return self.across or ", ".join(map(two_words, keys)) or "column"

    def score_of(self, cell: Cell) -> str:
        """Return the name of a cell's score."""
        row, column = cell
        return str(self.rows[row].get(_OWN) or self.columns[column].get(_OWN) or self.score)

    def value(self, row: str, column: str) -> float | None:
        """Return a published number, or None."""
        numbers = self.values.get(row)
        return None if numbers is None else numbers[list(self.columns).index(column)]


def published_of(told: Any) -> Published:
    """Return the table that is described under ``published``.

    Raises:
        LabError: with a line for each problem.
    """
    try:
        return Published.model_validate(told)
    except ValidationError as error:
        raise LabError("\n".join(lines_of(error, Published, "published"))) from None
