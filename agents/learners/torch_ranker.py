"""A small neural ranker in PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.adapter import Adapter, Predict
from agents.optional import needed
from agents.parameters import number

Floats = NDArray[np.float64]


class TorchRanker(Adapter):
    """A ranker by a small neural network in PyTorch.

    It has one hidden layer: log odds are ``v' relu(W x + c) + b`` of user x item features. The loss is the weighted
    cross entropy, and Adam takes steps on batches in a random order that is seeded. A refit starts over and makes
    several passes; a warm one begins with the weights of before and a new Adam; where training adds what is new, it
    makes as many over that. Labels may lie between 0 and 1; an example cannot be taken back. It runs on one thread of
    the CPU, in double precision. It does not explore; `Softmax` around it does. Of the delay it assumes what the
    correction does. Cost: some ten microseconds for each example and pass; a copy of the weights for each version.

    Args:
        hidden: units of the hidden layer.
        rate: step size of Adam, above 0.
        passes: over the examples of a training.
        batch: examples of a step.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Raises:
        ImportError: PyTorch is not installed (``delaylab[torch]``).

    Source: Paszke et al. 2019 (https://arxiv.org/abs/1912.01703); Adam, Kingma & Ba 2015
    (https://arxiv.org/abs/1412.6980).
    """

    package = "torch"
    reads = ("item", "user_features", "item_features")
    labels = "soft"
    warms = True
    tried_with: ClassVar[dict[str, tuple[Any, ...]]] = {"hidden": (8,), "passes": (2,), "model": ("auto", "per_item")}

    def __init__(
        self, hidden: int = 32, rate: float = 0.01, passes: int = 5, batch: int = 256, model: str = "auto"
    ) -> None:
        needed("torch", "torch", "TorchRanker")
        self.hidden, self.passes = (int(number(n, v, least=1.0)) for n, v in (("hidden", hidden), ("passes", passes)))
        self.rate, self.batch = number("rate", rate, above=True), int(number("batch", batch, least=1.0))
        super().__init__(model)

    def _start_over(self) -> None:
        self._net: Any = None
        self._steps = 0

    def _warm_up(self) -> None:
        if self._net is not None:
            self._adam = self._optimiser()

    def _optimiser(self) -> Any:
        return _torch().optim.Adam(self._net.parameters(), lr=self.rate)

    def _fit(self, x: Floats, label: Floats, weight: Floats) -> None:
        self._add(x, label, weight)

    def _add(self, x: Floats, label: Floats, weight: Floats) -> None:
        with _one_thread():
            if self._net is None:
                self._make(x.shape[1])
            columns = [_torch().from_numpy(np.array(column)) for column in (x, label, weight)]
            for _ in range(self.passes):
                self._steps += 1
                order = _torch().randperm(len(x), generator=_torch().Generator().manual_seed(self._steps))
                for rows in order.split(self.batch):
                    self._step(*(column[rows] for column in columns))

    def _make(self, dim: int) -> None:
        with _torch().random.fork_rng(devices=[]):
            _torch().manual_seed(0)
            layers = _torch().nn.Linear(dim, self.hidden), _torch().nn.ReLU(), _torch().nn.Linear(self.hidden, 1)
            self._net = _torch().nn.Sequential(*layers).double()
        self._adam = self._optimiser()

    def _step(self, x: Any, label: Any, weight: Any) -> None:
        self._adam.zero_grad()
        odds = self._net(x)[:, 0]
        loss = _torch().nn.functional.binary_cross_entropy_with_logits(odds, label, weight=weight)
        loss.backward()
        self._adam.step()

    def _frozen(self) -> Predict | None:
        return None if self._net is None else partial(_probability, _weights(self._net))

    def save_state(self) -> dict[str, Any]:
        """Return what it has learnt, tensors as arrays."""
        own = {name: value for name, value in vars(self).items() if name in ("_space", "_own", "_steps")}
        if self._net is None:
            return own | {"net": None, "adam": None}
        return own | {"net": _arrays(dict(self._net.state_dict())), "adam": _arrays(self._adam.state_dict()["state"])}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over what another one has learnt."""
        net, adam = state.pop("net"), state.pop("adam")
        self._start_over()
        vars(self).update(state)
        if net is not None:
            self._make(net["0.weight"].shape[1])
            self._net.load_state_dict(_tensors(net))
            groups = self._adam.state_dict()["param_groups"]
            self._adam.load_state_dict({"state": _tensors(adam), "param_groups": groups})

    def __deepcopy__(self, memo: dict[int, Any]) -> TorchRanker:
        """Return a copy; the optimiser follows the copied weights."""
        other = object.__new__(type(self))
        vars(other).update({name: value for name, value in vars(self).items() if name not in ("_net", "_adam")})
        other.load_state(deepcopy(self.save_state()))
        return other


def _torch() -> Any:
    """Return the package, imported when it is first used."""
    return import_module("torch")


def _weights(net: Any) -> list[Floats]:
    return [np.array(one.detach().numpy()) for one in net.parameters()]


def _probability(weights: list[Floats], x: Floats) -> Floats:
    w, c, v, b = weights
    odds = (np.maximum(x @ w.T + c, 0.0) * v).sum(axis=1) + b
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def _arrays(tree: Any) -> Any:
    """Return a tree of tensors as one of arrays."""
    if isinstance(tree, dict):
        return {name: _arrays(one) for name, one in tree.items()}
    return np.array(tree.detach().numpy()) if isinstance(tree, _torch().Tensor) else tree


def _tensors(tree: Any) -> Any:
    """Return a tree of arrays as one of tensors."""
    if isinstance(tree, dict):
        return {name: _tensors(one) for name, one in tree.items()}
    return _torch().from_numpy(np.array(tree)) if isinstance(tree, np.ndarray) else tree


@contextmanager
def _one_thread() -> Iterator[None]:
    before = _torch().get_num_threads()
    _torch().set_num_threads(1)
    try:
        yield
    finally:
        _torch().set_num_threads(before)
