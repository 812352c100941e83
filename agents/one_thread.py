"""One thread for libraries that would start several."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.lazy import lazy

if TYPE_CHECKING:
    import threadpoolctl
else:
    threadpoolctl = lazy("threadpoolctl")


@cache
def _controller(package: str) -> Any:
    return threadpoolctl.ThreadpoolController()


def one_thread(package: str) -> AbstractContextManager[Any]:
    """Return a context in which libraries use one thread.

    BLAS and OpenMP then add up in one order. The libraries that are loaded are looked up once for each package, so it
    must be imported.
    """
    context: AbstractContextManager[Any] = _controller(package).limit(limits=1)
    return context
