"""The small files of many runs in one zip: a sweep is read back with one download, not with several for each run.

What is read may come from a stranger's server: names are checked, sizes are bounded, and nothing is unpacked that is
not the file of a run.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from sim.lab.store.run_folder import LARGE, Record, files_of
from sim.lab.store.untrusted import plain_name

BUNDLE = "runs.zip"
PACKED = "packed"  # the tag of a sweep that says how many runs it holds
MOST_BYTES = 1 << 30  # of all runs, unpacked


def pack(records: Sequence[Record], file: Path) -> None:
    """Write the files of some runs, but for tables over time, as ``HASH/NAME``.

    Args:
        records: complete runs.
        file: where to.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for record in records:
            for one in files_of(record.folder):
                if one.is_file() and not one.is_symlink() and one.name not in LARGE:
                    packed.write(one, f"{record.hash}/{one.name}")


def unpack(file: Path, place: Path) -> set[str]:
    """Write what `pack` packed into a folder.

    Args:
        file: the zip.
        place: where to; a folder for each run.

    Returns:
        The names of the runs that are complete.

    Raises:
        ValueError: it is larger than runs are.
        zipfile.BadZipFile: it is none.
    """
    with zipfile.ZipFile(file) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
            raise ValueError(f"{file.name} holds more than {MOST_BYTES >> 20} MB")
        for entry in packed.infolist():
            run, _, name = entry.filename.partition("/")
            if plain_name(run) and plain_name(name):
                (place / run).mkdir(exist_ok=True)
                (place / run / name).write_bytes(packed.read(entry))
    return {folder.name for folder in place.iterdir() if Record.complete(folder)}
