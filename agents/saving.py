"""Trained learners in files of plain data, without pickle."""

from __future__ import annotations

import inspect
import json
import os
import zipfile
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from agents.describe import class_name, describe
from agents.plain_state import Decoder, Encoder

Part = TypeVar("Part")
_FORMAT = "delaylab part 1"
_TREE = "tree"  # the entry of the file beside its arrays


def save(part: Any, path: str | os.PathLike[str]) -> None:
    """Save a trained learner, or another part, to a file.

    The file holds numbers and text only (NumPy's ``.npz``, with a tree of JSON in it). What a part has learnt is what
    its ``save_state()`` returns, a dict of plain data, or else its attributes. A file that is there is replaced.

    Args:
        part: such as ``LinUCB()`` after trainings.
        path: of the file; its folder must exist.

    Raises:
        TypeError: the part holds what is no data, such as a function or an object of another package.
    """
    encoder, target = Encoder(part), Path(path)
    whole = {"format": _FORMAT, "part": described(part), "state": encoder.encode(part)}
    arrays = {str(number): array for number, array in enumerate(encoder.arrays)}
    tree = np.frombuffer(json.dumps(whole).encode(), dtype=np.uint8)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **{_TREE: tree}, **arrays)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: str | os.PathLike[str], part: Part) -> Part:
    """Fill a new part with what a file holds.

    The file is of `save`.

    It then decides as the saved one did, and learns on like it. You make the part: a file never says what to make or
    to import, and nothing in it is run, so that one from a stranger is safe to load.

    Args:
        path: of the file.
        part: untrained, with the parameters of the saved one; changed.

    Returns:
        The part.

    Raises:
        ValueError: it is no such file, or of a part of another class or with other parameters.

    >>> import tempfile
    >>> from agents import EpsilonGreedy, load, save
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(EpsilonGreedy(0.2), f"{folder}/model.npz")
    ...     load(f"{folder}/model.npz", EpsilonGreedy(0.2))
    EpsilonGreedy(epsilon=0.2)
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            whole = json.loads(file[_TREE].tobytes())
            arrays = [file[str(number)] for number in range(len(file.files) - 1)]
        if whole["format"] != _FORMAT:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, RecursionError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no file of a saved part") from error
    if whole["part"] != described(part):
        raise ValueError(f"{path} is of a part of another class, or with other parameters, than {part!r}")
    try:
        if Decoder(part, arrays).decode(whole["state"], part) is not part:
            raise ValueError(f"{path} is of no part")
    except (LookupError, TypeError, AttributeError, StopIteration, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {type(error).__name__}: {error}") from error
    return part


def described(part: Any) -> Any:
    """Return class and constructor's parameters of a part.

    Equal parts give equal data, trained or not.

    >>> from agents import Softmax
    >>> described(Softmax())["base"]["class"]
    'agents.RidgeRanker'
    """
    named = {}
    for name in inspect.signature(type(part)).parameters:
        value = getattr(part, name, None)
        named[name] = described(value) if type(value).__module__.startswith("agents.") else describe(value)
    return {"class": class_name(type(part)), **json.loads(json.dumps(named))}
