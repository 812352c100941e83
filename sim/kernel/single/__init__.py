"""Requests served one at a time, where the policy changes every few of them: the same bits as blocks.

`SingleRequests` is the loop, `Stretch` what is computed ahead of it, `Incremental` a learner's fast path in it.
"""

from sim.kernel.single.single_requests import SingleRequests

__all__ = ["SingleRequests"]
