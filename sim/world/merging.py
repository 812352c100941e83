"""Several batches of requests as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Slates
from sim.world.alive import Alive
from sim.world.judged import Chosen
from sim.world.request_batch import RequestBatch, Served, in_order
from sim.world.users import States

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def merge(parts: list[Served], alive: Callable[[Floats, Ints, Ints], Alive]) -> Served:
    """Return served batches in order of ``(time, user, visit)``.

    Args:
        parts: at least two; all know the states that follow, and what was shown is to the users.
        alive: returns what is alive at requests, by instant, user and visit.
    """
    batches, slates = [part.batch for part in parts], [part.slates for part in parts]
    sizes = [len(batch.at) for batch in batches]
    user = np.concatenate([batch.user for batch in batches])
    state = States.join([batch.state for batch in batches])
    order = in_order(state.next_at, user, state.visit)

    def column(values: list[Floats | None]) -> Floats | None:
        joined = filled(values, sizes)
        return None if joined is None else joined.take(order, axis=0)

    def rows(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(batch, name) for batch in batches]).take(order, axis=0)

    user, state, features = user.take(order), state.take(order), rows("features")
    batch = RequestBatch(
        user=user,
        state=state,
        size=batches[0].size,
        alive=alive(state.next_at, user, state.visit),
        taste=rows("taste"),
        judge=batches[0].judge,
        next_visits=None,
        keys=rows("keys"),
        features=features,
        context=features[:, features.shape[1] - batches[0].context.shape[1] :],
        policy_keys=rows("policy_keys"),
    )
    best = [part.best for part in parts]
    items = np.concatenate([said.items for said in slates]).take(order, axis=0)
    said = [column([getattr(each, name) for each in slates]) for name in ("propensity", "predicted")]
    return Served(
        batch=batch,
        best=None if best[0] is None else np.concatenate([own for own in best if own is not None]).take(order, axis=0),
        shown=np.concatenate([part.shown for part in parts]).take(order, axis=0),
        slates=Slates(items, *said),
        random=column([part.random for part in parts]),
        after=States.join([part.after for part in parts if part.after is not None]).take(order),
        chosen=Chosen.join([part.chosen for part in parts if part.chosen is not None]).take(order),
    )


def filled(parts: list[Floats | None], sizes: list[int]) -> Floats | None:
    """Return the numbers of all parts, one after another.

    NaN where a part has none; None where no part has.

    Args:
        parts: ``(n, ...)`` each.
        sizes: n of each.
    """
    like = next((part for part in parts if part is not None), None)
    if like is None:
        return None
    shape = like.shape[1:]
    return np.concatenate(
        [np.full((n, *shape), np.nan) if part is None else part for part, n in zip(parts, sizes, strict=True)]
    )
