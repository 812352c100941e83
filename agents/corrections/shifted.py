"""The correction that learns from what is old enough."""

from __future__ import annotations

from agents.corrections._held import Held, early
from agents.described import Described
from sim.ports import Examples, News, seconds


class Shifted(Described):
    """One row for each impression, when it has an age.

    Its label is a yes if the positive came by then, whenever it is looked at, else a no: a rate p is learnt as p F,
    with F the share that comes within the shift, and a shift late. It assumes that nearly all of the delay is shorter.
    Known noes wait too, which they do not with `Wait`, so that yeses and noes are of the same impressions. A refit
    window must be longer than the shift: what was served before the window is not read. Weights are 1, for any learner;
    nothing is predicted. It holds what was served within the shift, as copies.

    Args:
        shift: age at which an impression becomes a row.

    Source: the baseline "shifted" of Chapelle 2014, section 6 (https://doi.org/10.1145/2623330.2623634).
    """

    goes_on = True
    newest_last = True
    reads = ("number", "request_at", "label", "delivered_at")

    def __init__(self, shift: float | str = "1d") -> None:
        self.shift = seconds(shift)
        self._held = Held(self.shift)

    def examples(self, news: News) -> Examples:
        """Return what has come of age."""
        rows = self._held.due(news)
        return Examples.plain(rows, early(rows, self.shift))
