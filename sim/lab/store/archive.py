"""The small files of many runs in one zip.

A sweep can be read with one download instead of several for each run. The zip may come from an untrusted server: names
are checked, sizes are bounded, and only files of runs are unpacked.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from sim.analysis.stored.plain_data import plain_name
from sim.lab.store.run_folder import LARGE, Record, files_of

BUNDLE = "runs.zip"
PACKED = "packed"  # the tag of a sweep with the number of runs in the zip
MOST_BYTES = 1 << 30  # total size of all runs, unpacked


def pack(records: Sequence[Record], file: Path) -> None:
    """Write the small files of some runs, as ``HASH/NAME``."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for record in records:
            for one in files_of(record.folder):
                if one.is_file() and not one.is_symlink() and one.name not in LARGE:
                    packed.write(one, f"{record.hash}/{one.name}")


def unpack(file: Path, place: Path) -> set[str]:
    """Unpack a zip of `pack` into a folder."""
    with zipfile.ZipFile(file) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
            raise ValueError(f"{file.name} holds more than {MOST_BYTES >> 20} MB")
        for entry in packed.infolist():
            run, _, name = entry.filename.partition("/")
            if plain_name(run) and plain_name(name):
                (place / run).mkdir(exist_ok=True)
                (place / run / name).write_bytes(packed.read(entry))
    return {folder.name for folder in place.iterdir() if Record.complete(folder)}
