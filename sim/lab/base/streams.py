"""Standard output and error that do not raise."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def sturdy() -> Iterator[list[str]]:
    """Replace standard streams by streams that do not raise.

    Characters that the encoding does not have are written as ``\\u0416``; output to a closed pipe is dropped.

    Work continues when the reader has ended (``| head -1``), since its files are still wanted. A full disk is reported
    once, at the end.
    """
    lost: list[str] = []
    before = sys.stdout, sys.stderr
    outlets = [_outlet(stream, number) for stream, number in zip(before, (1, 2), strict=True)]
    sys.stdout, sys.stderr = (stream for stream, _ in outlets)
    try:
        yield lost
    finally:
        for stream, raw in outlets:
            with suppress(OSError, ValueError):
                stream.flush()
            if raw is not None and raw.failed not in (None, errno.EPIPE):
                lost.append(f"standard output: {os.strerror(raw.failed or 0)}")
        for line in lost:
            with suppress(OSError):
                os.write(2, f"{line}\n".encode())
        if all(raw is None or raw.failed is None for _, raw in outlets):
            sys.stdout, sys.stderr = before


class _Raw(io.FileIO):
    """A raw file that keeps its first error.

    Output after the error is dropped.
    """

    failed: int | None = None

    def write(self, data: object) -> int:
        """Write data, or drop it after an error."""
        try:
            return super().write(data) or 0 if self.failed is None else len(data)  # type: ignore[arg-type]
        except BlockingIOError:
            raise
        except OSError as error:
            self.failed = error.errno or errno.EIO
            return len(data)  # type: ignore[arg-type]


def _outlet(stream: TextIO | None, number: int) -> tuple[TextIO, _Raw | None]:
    """Return a stream that does not raise, and its file."""
    if stream is None:  # closed by the parent process
        return open(os.devnull, "w", encoding="utf-8"), None
    try:
        if stream.fileno() != number:
            return stream, None
        stream.flush()
    except (OSError, ValueError):
        return stream, None
    raw = _Raw(number, "w", closefd=False)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    lines = number == 2 or stream.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=lines), raw
