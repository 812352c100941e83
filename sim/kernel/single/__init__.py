"""Requests served one at a time, with blocks' results.

For policies that change every few requests. The results are the same to the bit.

`SingleRequests` is the loop, `Stretch` what is computed ahead of it, `Incremental` a learner's fast path in it.
"""

from sim.kernel.single.single_requests import SingleRequests

__all__ = ["SingleRequests"]
