"""Vowpal Wabbit's contextual bandit with action features."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.drawing import DrawingPolicy
from agents.learners.inverse_propensity import known_propensity
from agents.learners.known_items import KnownItems
from agents.learners.slates import RandomPolicy
from agents.optional import needed
from agents.parameters import number
from sim.lazy import lazy
from sim.ports import Catalogue, Examples, Experience, Observations, Policy, Space

vowpalwabbit = lazy("vowpalwabbit")
Floats = NDArray[np.float64]
_ROWS = 4096  # examples that are read together
_ALWAYS = "--quiet --random_seed 1 --noconstant"
_LEAST = 1e-30


class VowpalWabbitPolicy(DrawingPolicy):
    """A policy that draws slates by VW's probabilities.

    Args:
        model: a workspace that learns no more.
        own: whether each item has weights of its own.
    """

    def __init__(self, model: Any, own: bool) -> None:
        super().__init__(None)
        self._model, self._own = model, own

    def _scores(self, observations: Observations) -> tuple[Floats, Floats]:
        """Return VW's probabilities of each item, and their logs."""
        items = items_of(observations.catalogue, self._own)
        said = [self._model.predict([shared(z), *items]) for z in observations.features.tolist()]
        chance = np.array(said, dtype=np.float64)
        return chance, self._log_weights(chance)

    def _log_weights(self, known: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(known, _LEAST)))


class VowpalWabbit(Described):
    """The ``cb_explore_adf`` of Vowpal Wabbit.

    VW learns the cost ``-outcome`` of what was shown from its propensity, and gives a probability for each item. The
    first position is drawn by these, the next ones likewise among the rest: a Plackett-Luce law with exact
    propensities. A training example lists the item shown and the next ``candidates - 1`` alive of those shown before.
    An example cannot be taken back; its weight divides the propensity, which stays at most 1. Before the first example,
    slates are random. Snapshots and copies are written and read in VW's own format. VW is asked for one request after
    the other, on one thread. Of the delay it assumes what the correction does. Cost: about half a millisecond for a
    request of ten items, and a file for each version.

    Args:
        arguments: of VW, for exploration and learning; user features are the namespace ``U``, item features ``I``.
        candidates: items in a training example, at least 1.

    Raises:
        ImportError: vowpalwabbit is not installed (``delaylab[vw]``).

    Source: Bietti, Agarwal & Langford 2021, *A contextual bandit bake-off* (https://arxiv.org/abs/1802.04064);
    https://vowpalwabbit.org.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls, of which .2 would
    be exploration:

    >>> from agents import Agent, ObservedOnly, VowpalWabbit
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("bernoulli_bandit", {"horizon": "3000s"})
    >>> run = simulate(world, Agent(VowpalWabbit("--epsilon 0.2 --cb_type mtr"), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.5
    """

    package = "vowpalwabbit"
    reads = ("item", "position", "user_features", "item_features", "propensity")
    retracts = False
    labels = "real"
    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {
        "arguments": ("--epsilon 0.1 --cb_type mtr --interactions UI", "--epsilon 0.2 --cb_type mtr --interactions UI")
    }

    def __init__(self, arguments: str = "--epsilon 0.1 --cb_type mtr --interactions UI", candidates: int = 20) -> None:
        needed("vowpalwabbit", "vw", type(self).__name__)
        self.arguments, self.candidates = arguments, int(number("candidates", candidates, least=1.0))
        self._space: Space | None = None
        self._start_over()

    _reduction = "--cb_explore_adf"

    def _start_over(self) -> None:
        self._model = vowpalwabbit.Workspace(f"{self._reduction} {_ALWAYS} {self.arguments}")
        self._known = KnownItems()
        self._trained = self._lent = False

    def begin(self, space: Space) -> None:
        """Take note of the shape of the world."""
        self._space = space
        self._start_over()

    @property
    def _own(self) -> bool:
        return self._space is not None and self._space.item_dim == 0

    def train(self, experience: Experience) -> None:
        """Have VW learn from examples, in order."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._start_over()
        if not len(experience.examples):
            return
        if self._lent:  # a policy answers by it
            self._model, self._lent = _copy(self._model), False
        for part in experience.examples.parts(_ROWS):
            self._known.add(part.impressions, experience.oldest_item)
            self._learn(part)
        self._trained = True

    def _learn(self, examples: Examples) -> None:
        rows = examples.impressions
        lines = items_of(Catalogue(rows.item, rows.item_features, np.zeros(len(rows))), self._own)
        others = items_of(Catalogue(self._known.ids, self._known.features, np.zeros(len(self._known.ids))), self._own)
        chance = np.minimum(known_propensity(rows) / np.maximum(examples.weight, _LEAST), 1.0)
        first = np.searchsorted(self._known.ids, rows.item, side="right")
        count = min(self.candidates, len(others)) - 1
        columns = (rows.position, first, examples.label, chance)
        each = zip(rows.user_features.tolist(), lines, *(column.tolist() for column in columns), strict=True)
        for z, line, position, start, label, propensity in each:
            more = [others[(start + k) % len(others)] for k in range(count)]
            self._model.learn(self._example(z, [line, *more], position, f"0:{-label}:{propensity}"))

    def _example(self, z: list[float], items: list[str], position: int, label: str) -> list[str]:
        """Return a training example, the item shown first."""
        return [shared(z), f"{label} {items[0]}", *items[1:]]

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before the first example."""
        if not self._trained:
            return RandomPolicy()
        self._lent = True
        return self._snapshot()

    def _snapshot(self) -> Policy:
        return VowpalWabbitPolicy(self._model, self._own)

    def save_state(self) -> dict[str, Any]:
        """Return what it has learnt, in VW's own format."""
        own = {name: value for name, value in vars(self).items() if name in ("_space", "_known", "_trained")}
        return own | {"model": _bytes(self._model)}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over what another one has learnt.

        Raises:
            ValueError: the model was made with other arguments, which VW would follow.
        """
        data = state.pop("model")
        self._start_over()
        if _options(data) != _options(_bytes(self._model)):
            raise ValueError(f"a model of VW was made with other arguments, or another version, than {self!r}")
        vars(self).update(state)
        self._model = _workspace(data)

    def __deepcopy__(self, memo: dict[int, Any]) -> VowpalWabbit:
        """Return a copy, with a workspace of its own."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._model, other._lent = _copy(self._model), False
        other._known = self._known.copy()
        return other


def _copy(model: Any) -> Any:
    """Return a copy of a workspace, through a file."""
    return _workspace(_bytes(model))


def _bytes(model: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.vw"
        model.save(str(file))
        return file.read_bytes()


def _workspace(data: bytes) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.vw"
        file.write_bytes(data)
        return vowpalwabbit.Workspace(f"--initial_regressor {file} --quiet")


def _options(data: bytes) -> tuple[bytes, bytes]:
    """Return the head of a model in VW's format.

    It is without the range of labels, and ends with the options that VW follows when it reads the model.
    """
    at = 0
    for _ in range(2):  # version and id
        at += 4 + int.from_bytes(data[at : at + 4], "little")
    labels, options = at + 1, at + 9 + 16
    size = int.from_bytes(data[options : options + 4], "little")
    rest = data[labels + 8 : options] + re.sub(rb"(--random_seed) \d+", rb"\1", data[options + 4 : options + 4 + size])
    return data[:labels], rest  # VW may go on from another seed


def shared(z: list[float]) -> str:
    """Return the line of user features."""
    return "shared |U " + " ".join([f"{place}:{value!r}" for place, value in enumerate(z)])


def items_of(catalogue: Catalogue, own: bool) -> list[str]:
    """Return a line of features for each item.

    The constant first, and the id where nothing else tells items apart.
    """
    ids, features = catalogue.ids.tolist(), catalogue.features.tolist()
    if own:
        return [f"|I item{item}" for item in ids]
    each = (" ".join([f"{place}:{value!r}" for place, value in enumerate(row)]) for row in features)
    return [f"|I constant {line}" for line in each]
