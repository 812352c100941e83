"""A run's log in files of other tools.

Every writer gets the requests in order of time, makes files in a new folder, and returns the number of impressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import pyarrow.parquet as pq

from sim.analysis.off_policy.contexts import Context
from sim.analysis.off_policy.formats import examples, open_bandit, rows


def write_parquet(folder: Path, requests: Iterable[Context]) -> int:
    """Write ``log.parquet``, a row per impression.

    Columns: ``request_at user visit position item propensity label known``, lists ``user_features item_features`` and
    ``candidates``, the ids of the items alive.
    """
    count, writer = 0, None
    with ExitStack() as open_file:
        for table in map(rows, requests):
            if writer is None:
                file = folder / "log.parquet"
                writer = open_file.enter_context(pq.ParquetWriter(file, table.schema, compression="zstd"))
            writer.write_table(table)
            count += len(table)
    return count


def write_vw(folder: Path, requests: Iterable[Context]) -> int:
    """Write ``log.vw`` for ``vw --cb_explore_adf``."""
    count = 0
    with (folder / "log.vw").open("w", encoding="utf-8") as file:
        for part in requests:
            for example in examples(part):
                file.write(example)
                count += 1
    return count


def write_openbandit(folder: Path, requests: Iterable[Context]) -> int:
    """Write ``CAMPAIGN/all/all.csv``, and ``item_context.csv`` beside it.

    The campaign is ``random`` where all propensities are equal, else ``bts``: Open Bandit Pipeline's class takes no
    other names.
    """
    log, items = open_bandit(requests)
    if len(log):
        place = folder / ("random" if log["propensity_score"].nunique() == 1 else "bts") / "all"
        place.mkdir(parents=True)
        log.to_csv(place / "all.csv")
        items.to_csv(place / "item_context.csv")
    return len(log)


FORMATS: dict[str, Callable[[Path, Iterable[Context]], int]] = {
    "openbandit": write_openbandit,
    "vw": write_vw,
    "parquet": write_parquet,
}
