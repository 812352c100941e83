"""Heavy packages, imported at first use for a fast start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = [
    "hydra", "jinja2", "lazy", "matplotlib", "mlflow", "modules_of", "names_of", "omegaconf", "optuna", "pd", "pyarrow",
    "rich", "sqlalchemy",
]  # fmt: skip


class _Lazy(ModuleType):
    """A module that is imported at first use."""

    def __getattr__(self, name: str) -> Any:
        """Import the module; return one of its attributes or modules."""
        module, inner = import_module(self.__name__), f"{self.__name__}.{name}"
        try:
            value = getattr(module, name) if hasattr(module, name) else import_module(inner)
        except ModuleNotFoundError as error:
            raise AttributeError(f"{self.__name__} has no {name}") from error
        if isinstance(value, ModuleType) and value.__name__ == inner:
            value = _Lazy(inner)  # whose modules are found likewise
        setattr(self, name, value)
        return value


def lazy(name: str) -> Any:
    """Return a module that is imported at first use.

    For type checkers import the module itself under ``if TYPE_CHECKING``, and call this in the ``else``.

    Args:
        name: dotted name of the module.

    >>> lazy("fractions").Fraction(1, 2), lazy("xml").dom.minidom.Node.TEXT_NODE
    (Fraction(1, 2), 3)
    """
    return _Lazy(name)


def modules_of(package: str) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a package whose modules are heavy.

    ``from package import module`` then imports the module at first use.

    Args:
        package: its dotted name.

    >>> modules_of("xml.dom")("minidom").Node.TEXT_NODE
    3
    """

    def module(name: str) -> Any:
        inner = f"{package}.{name}"
        if name.startswith("_") or find_spec(inner) is None:
            raise AttributeError(f"{package} has no {name}")
        return _Lazy(inner)

    return module


def names_of(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package with heavy names.

    Args:
        package: its dotted name.
        homes: the module of each name.

    >>> get, names = names_of("any", {"Node": "xml.dom.minidom"})
    >>> get("Node").TEXT_NODE, names()
    (3, ['Node'])
    """

    def named(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return named, lambda: sorted(homes)


if TYPE_CHECKING:
    import hydra.core.global_hydra
    import hydra.core.hydra_config
    import hydra.core.override_parser.overrides_parser
    import hydra.core.override_parser.types
    import hydra.core.utils
    import hydra.errors
    import hydra.utils
    import jinja2
    import matplotlib.figure
    import mlflow.artifacts
    import mlflow.entities
    import omegaconf.errors
    import optuna.distributions
    import optuna.trial
    import pandas as pd
    import pyarrow.parquet
    import pyarrow.types
    import rich.console
    import rich.progress
    import rich.table
    import rich.text
    import sqlalchemy.engine
else:
    hydra, jinja2, matplotlib, mlflow = map(lazy, ("hydra", "jinja2", "matplotlib", "mlflow"))
    omegaconf, optuna, pd = map(lazy, ("omegaconf", "optuna", "pandas"))
    pyarrow, rich, sqlalchemy = map(lazy, ("pyarrow", "rich", "sqlalchemy"))
