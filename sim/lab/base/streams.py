"""Standard output and errors that never fail once the work is done: what cannot be written costs no traceback."""

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
    """Have text that the encoding does not know be written as ``\\u0416``, and let a closed pipe swallow what is left.

    Work goes on when nobody reads any more (``| head -1``): its files are wanted all the same. A disk that is full is
    said once, in the end.

    Yields:
        What could not be written and why, once it has ended; nothing for a pipe that was closed.
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
    """A file of the system whose first error is kept, and later output dropped."""

    failed: int | None = None

    def write(self, data: object) -> int:
        """Write it, or seem to."""
        try:
            return super().write(data) or 0 if self.failed is None else len(data)  # type: ignore[arg-type]
        except BlockingIOError:
            raise
        except OSError as error:
            self.failed = error.errno or errno.EIO
            return len(data)  # type: ignore[arg-type]


def _outlet(stream: TextIO | None, number: int) -> tuple[TextIO, _Raw | None]:
    """Return a stream that writes where another does, and what is beneath it."""
    if stream is None:  # closed by who started us
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
