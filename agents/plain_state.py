"""State of trained parts as plain data, and back.

A tree of JSON values and a list of arrays. What JSON does not have is a dict of one key that says what it is:
``{"array": 3}`` is the array of that number, ``{"same": 5}`` what was the fifth thing with a number.
"""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Impressions

_PLAIN = (bool, int, float, str, type(None))
_HOMES = ("agents.", "sim.ports.", "sim.laws.")  # whose objects may be part of a state
_MANY = {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}


class Encoder:
    """From objects to a tree of plain data.

    An object is what its ``save_state()`` returns, else its attributes. What occurs twice is encoded once.

    Args:
        part: the whole; objects of its own package may be within.

    Attributes:
        arrays: those of the tree, by number.
    """

    def __init__(self, part: Any) -> None:
        self.arrays: list[NDArray[Any]] = []
        self._homes = Homes(part)
        self._seen: dict[int, int] = {}
        self._alive: list[Any] = []  # so that no id is used again
        self._path: list[str] = [type(part).__name__]

    def encode(self, value: Any) -> Any:
        """Return a value as a tree.

        Raises:
            TypeError: it is, or holds, what is no data.
        """
        if type(value) in _PLAIN:
            return value
        if type(value) in (tuple, frozenset):
            return {type(value).__name__: self._each(sorted(value) if isinstance(value, frozenset) else value)}
        if id(value) in self._seen:
            return {"same": self._seen[id(value)]}
        self._seen[id(value)] = len(self._seen)
        self._alive.append(value)
        return self._numbered(value)

    def _numbered(self, value: Any) -> Any:
        if isinstance(value, np.ndarray | np.generic | bytes):
            return self._array(value)
        if type(value) in (list, set, deque):
            return {type(value).__name__: self._each(sorted(value) if isinstance(value, set) else value)}
        if type(value) is dict:
            return {"dict": [self._each(pair) for pair in value.items()]}
        if isinstance(value, np.random.Generator):
            return {"generator": self.encode(value.bit_generator.state)}
        if isinstance(value, Impressions):
            return {"impressions": self.encode(value.columns())}
        return self._object(value)

    def _each(self, values: Any) -> list[Any]:
        return [self.encode(one) for one in values]

    def _array(self, value: Any) -> Any:
        array = np.frombuffer(value, dtype=np.uint8) if isinstance(value, bytes) else np.asarray(value)
        if array.dtype.hasobject:
            raise TypeError(f"{'.'.join(self._path)} is an array of objects, which are no data")
        self.arrays.append(array)
        kind = "bytes" if isinstance(value, bytes) else "array" if isinstance(value, np.ndarray) else "number"
        return {kind: len(self.arrays) - 1}

    def _object(self, value: Any) -> Any:
        name = self._homes.name_of(type(value))
        if name is None or inspect.isroutine(value) or inspect.isclass(value):
            raise self._no_data(value)
        if not hasattr(value, "__dict__"):  # of a compiled class, which says how it is made
            kind, *arguments = value.__reduce_ex__(4)
            if kind is not type(value) or len(arguments) != 1:
                raise self._no_data(value)
            return {"call": name, "with": self.encode(arguments[0])}
        save = getattr(value, "save_state", None)
        state = save() if callable(save) else value.__getstate__()
        with self._homes.within(value):
            return {"object": name, "state": {key: self._attribute(key, one) for key, one in (state or {}).items()}}

    def _no_data(self, value: Any) -> TypeError:
        return TypeError(
            f"{'.'.join(self._path)} is {value!r:.80}, which is no data and cannot be saved; give the class that "
            "holds it save_state() and load_state(state)"
        )

    def _attribute(self, name: str, value: Any) -> Any:
        self._path.append(name)
        encoded = self.encode(value)
        self._path.pop()
        return encoded


class Decoder:
    """From a tree of plain data to objects.

    Objects that are there already are filled; others are made of classes that are loaded, and no constructor is called.
    A learner of another package is only filled.

    Args:
        part: the whole, untrained.
        arrays: those of the tree, by number.
    """

    def __init__(self, part: Any, arrays: list[NDArray[Any]]) -> None:
        self._arrays, self._homes = arrays, Homes(part)
        self._known: list[Any] = []

    def decode(self, tree: Any, there: Any = None) -> Any:
        """Return what a tree stands for.

        Args:
            tree: of plain data.
            there: the object in this place of the untrained part.

        Raises:
            ValueError: it stands for nothing, or for what must not be made.
        """
        if type(tree) in _PLAIN:
            return tree
        kind = next(iter(tree))
        inner = tree[kind]
        if kind == "same":
            return self._known[inner]
        if kind in ("tuple", "frozenset"):
            return _MANY[kind](self._each(inner, there))
        self._known.append(None)
        return self._numbered(kind, inner, tree, there)

    def _numbered(self, kind: str, inner: Any, tree: Any, there: Any) -> Any:
        place = len(self._known) - 1
        if kind in ("array", "number", "bytes"):
            array = self._arrays[inner]
            self._known[place] = {"array": array, "number": array[()], "bytes": array.tobytes()}[kind]
        elif kind == "object":
            self._object(place, tree, there)
        elif kind == "call":
            self._known[place] = self._homes.package_class_of(inner)(*self.decode(tree["with"]))
        elif kind == "generator":
            self._known[place] = _generator(self.decode(inner))
        elif kind == "impressions":
            self._known[place] = Impressions.of(self.decode(inner))
        elif kind == "list":
            self._known[place] = made = []
            made.extend(self._each(inner, there))
        elif kind == "dict":
            self._known[place] = pairs = {}
            for key, value in inner:
                pairs[self.decode(key)] = self.decode(value)
        else:
            self._known[place] = _MANY[kind](self._each(inner, there))
        return self._known[place]

    def _each(self, trees: list[Any], there: Any) -> list[Any]:
        others = list(there) if isinstance(there, list | tuple) and len(there) == len(trees) else [None] * len(trees)
        return [self.decode(tree, other) for tree, other in zip(trees, others, strict=True)]

    def _object(self, place: int, tree: Any, there: Any) -> None:
        if self._homes.name_of(type(there)) == tree["object"]:
            made = there
        elif hasattr(kind := self._homes.class_of(tree["object"]), "package"):
            raise ValueError(f"{kind.__name__} is not in the part that is to be filled")
        else:
            made = object.__new__(kind)
        self._known[place] = made
        with self._homes.within(made):
            before = getattr(made, "__dict__", {})
            state = {name: self.decode(one, before.get(name)) for name, one in tree["state"].items()}
        for method in ("load_state", "__setstate__"):
            if callable(load := getattr(made, method, None)):
                load(state)
                return
        vars(made).update(state)


class Homes:
    """The packages whose objects may be part of a state.

    These are ``agents``, the ports, that of the part itself, and within a learner of another package this package.

    Args:
        part: the whole.
    """

    def __init__(self, part: Any) -> None:
        self._homes = (*_HOMES, f"{type(part).__module__.partition('.')[0]}.")
        self._packages: list[str] = []

    def name_of(self, kind: type) -> str | None:
        """Return the name of a class, None if foreign."""
        name = f"{kind.__module__}:{kind.__qualname__}"
        return name if f"{kind.__module__}.".startswith((*self._homes, *self._packages)) else None

    def class_of(self, name: str) -> type[Any]:
        """Return a class by its name; nothing is imported.

        Raises:
            ValueError: there is none, or it is of no home.
        """
        module, _, path = name.partition(":")
        kind: Any = sys.modules.get(module)
        for part in path.split("."):
            kind = getattr(kind, part, None)
        if not inspect.isclass(kind) or self.name_of(kind) != name:
            raise ValueError(f"{name!r:.80} is no class of a part")
        return kind

    def package_class_of(self, name: str) -> type[Any]:
        """Return a compiled class of the learner's own package.

        Raises:
            ValueError: it is of another.
        """
        kind = self.class_of(name)
        if not f"{kind.__module__}.".startswith(tuple(self._packages)) or kind.__dictoffset__:
            raise ValueError(f"{name!r:.80} is not made by a call")
        return kind

    @contextmanager
    def within(self, value: Any) -> Iterator[None]:
        """Allow objects of a learner's own package within it."""
        package = getattr(value, "package", None)
        own = [f"{package}."] if isinstance(package, str) else []
        self._packages += own
        yield
        del self._packages[len(self._packages) - len(own) :]


def _generator(state: dict[str, Any]) -> np.random.Generator:
    """Return a generator of NumPy in a state.

    Raises:
        ValueError: it is of no bit generator of NumPy.
    """
    kind = getattr(np.random, str(state["bit_generator"]), None)
    if not inspect.isclass(kind) or not issubclass(kind, np.random.BitGenerator):
        raise ValueError(f"{state['bit_generator']!r:.80} is no bit generator")
    made = kind()
    made.state = state
    return np.random.Generator(made)
