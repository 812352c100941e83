"""Logged requests in the forms of other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.analysis.off_policy.contexts import Context
from sim.lazy import pd

_EPOCH = "2000-01-01"  # where a format wants dates: midnight of the day on which a scenario starts


def rows(part: Context) -> pa.Table:
    """Return a row per impression, features and candidates as lists."""
    size = part.item.shape[1]
    places = part.catalogue.positions(part.item.ravel())
    count = len(places)
    candidates = np.tile(part.catalogue.ids, count)
    columns: dict[str, Any] = {name: np.repeat(getattr(part, name), size) for name in ("at", "user", "visit")}
    columns = {"request_at": columns.pop("at"), **columns, "position": np.tile(np.arange(size), len(part.at))}
    columns |= {name: getattr(part, name).ravel() for name in ("item", "propensity", "label", "known")}
    columns["user_features"] = _lists(np.repeat(part.features, size, axis=0))
    columns["item_features"] = _lists(part.catalogue.features[places])
    columns["candidates"] = _lists(candidates.reshape(count, -1))
    return pa.table(columns)


def _lists(rows: NDArray[Any]) -> pa.ListArray:
    width = rows.shape[1]
    return pa.ListArray.from_arrays(np.arange(0, len(rows) * width + 1, max(width, 1), dtype=np.int32)
                                    if width else np.zeros(len(rows) + 1, dtype=np.int32), rows.ravel())  # fmt: skip


def examples(part: Context) -> Iterator[str]:
    """Yield an example for ``vw --cb_explore_adf`` per impression.

    The user's features are in the namespace U, with the position in P where slates have several; there is a line per
    item alive with its features in I. The item shown has ``0:COST:PROPENSITY``, the cost is less the label.
    """
    lines, size = _item_lines(part), part.item.shape[1]
    places = part.catalogue.positions(part.item.ravel()).reshape(part.item.shape).tolist()
    columns: Any = part.features.tolist(), places, part.label.tolist(), part.propensity.tolist()
    for z, own, label, chance in zip(*columns, strict=True):
        shared = "shared |U " + " ".join(f"{n}:{value:.8g}" for n, value in enumerate(z))
        for position in range(size):
            shown = own[position]
            marked = f"0:{-label[position]}:{chance[position]!r} {lines[shown]}"
            head = shared if size == 1 else f"{shared} |P {position}"
            yield "\n".join([head, *lines[:shown], marked, *lines[shown + 1 :]]) + "\n\n"


def _item_lines(part: Context) -> list[str]:
    """Return a line of features per item.

    It is named by its id where items have no features.
    """
    if part.catalogue.features.shape[1] == 0:
        return [f"|I item{item}" for item in part.catalogue.ids.tolist()]
    rows = part.catalogue.features.tolist()
    return ["|I constant " + " ".join(f"{n}:{value:.8g}" for n, value in enumerate(row)) for row in rows]


def open_bandit(requests: Iterable[Context]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what Open Bandit Pipeline's dataset class reads.

    A row per impression, and one per item. Items are numbered from 0 as they appear; positions from 1; the day on which
    a scenario starts is the first of January 2000.
    """
    parts, items = list[pd.DataFrame](), dict[int, list[float]]()
    for part in requests:
        size, known = part.item.shape[1], dict(zip(part.catalogue.ids.tolist(), part.catalogue.features, strict=True))
        items |= {item: known[item].tolist() for item in known if item not in items}
        columns: dict[str, Any] = {
            "timestamp": pd.Timestamp(_EPOCH, tz="UTC") + pd.to_timedelta(np.repeat(part.at, size), unit="s"),
            "item_id": part.item.ravel(),
            "position": np.tile(np.arange(1, size + 1), len(part.at)),
            "click": part.label.ravel(),
            "propensity_score": part.propensity.ravel(),
        }
        first = 1 if part.features.shape[1] > 1 else 0  # the class wants a feature: the constant if there is no other
        profile = np.repeat(part.features[:, first:], size, axis=0)
        columns |= {f"user_feature_{n}": profile[:, n] for n in range(profile.shape[1])}
        parts.append(pd.DataFrame(columns))
    if not parts:
        return pd.DataFrame(), pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True)
    number = {item: place for place, item in enumerate(sorted(items))}
    return rows.assign(item_id=rows["item_id"].map(number)), _item_context(items)


def _item_context(items: dict[int, list[float]]) -> pd.DataFrame:
    features = np.array([items[item] for item in sorted(items)], dtype=float).reshape(len(items), -1)
    if not features.shape[1]:
        features = np.zeros((len(items), 1))  # the class wants one
    columns = {f"item_feature_{n}": features[:, n] for n in range(features.shape[1])}
    return pd.DataFrame({"item_id": np.arange(len(items)), **columns})
