"""The correction by the likelihood of rate and delay."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.corrections._delay_model import DelayModel
from agents.corrections._held import late
from agents.corrections._looks import Looks, joined
from agents.described import Described
from sim.ports import Examples, Impressions, Model, News, seconds

Floats = NDArray[np.float64]


class DFM(Described):
    """A no counts as much as its age says.

    Delayed feedback model: the positive of an impression comes with probability p, after an exponential time. A yes
    weighs 1, and a no of age e weighs F (1 - f) / (1 - f F), with f the learner's prediction and F the share of
    positives known at e: next to nothing when it is young. The gradient is that of the likelihood at f, so that
    trainings repeated end at its maximum, p where delays are exponential, as the paper's EM does. The mean delay is
    fitted along by EM, one for all impressions (the paper's depends on features). Where nothing is predicted, f is the
    rate of all impressions by the same EM. A no that is known already is treated as one that is only assumed.

    In a refit each impression of the window that is as old as ``wait`` is one row, with its age at the cutoff. Steps
    from the predictions alone are slow where most is still to come, so a refit first moves the log odds of all f by the
    same, to what is likeliest together with the mean delay; trainings repeated find how impressions differ. In the
    stream each is looked at when it is ``wait``, twice ``wait``, ... old, until ``until`` or its positive, and a row is
    what a look says beyond the one before, at which F was G: a yes weighs 1 / (1 - f G), a no
    (1 - f)(F - G) / ((1 - f F)(1 - f G)), by the likelihood of what came in between. Nothing is taken back.
    ``late="added"`` is the stream as published in comparisons: one look, and a yes of weight 1 for each positive that
    comes later. It learns too much, the fixed point of f = p / (p + (1 - p F) w) with w the weight of a no, which is 1
    for a short wait.

    Labels are 0 and 1 and weights not negative, for any learner. It holds what was served within ``until``, as copies.

    Args:
        wait: age at the first look.
        until: age at the last look.
        law: of the time until a positive is known, as in a scenario; None: exponential, fitted.
        late: ``"likely"`` or ``"added"``, how positives after the first look count.

    Source: Chapelle 2014 (https://doi.org/10.1145/2623330.2623634), sections 4 and 4.3; the stream as published:
    Yang et al. 2021, section 5 (https://arxiv.org/abs/2012.03245).
    """

    goes_on = True
    newest_last = True
    reads = ("number", "request_at", "label", "delivered_at")

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"late": ("likely", "added")}  # by tests of every part

    def __init__(
        self,
        wait: float | str = "15m",
        until: float | str = "7d",
        law: str | None = None,
        late: str = "likely",
    ) -> None:
        if late not in self.tried_with["late"]:
            raise ValueError(f"late is {late!r}, expected likely or added")
        self.wait, self.until, self.law, self.late = seconds(wait), seconds(until), law, late
        self._delays = DelayModel(law)
        self._looks = Looks(self.wait, self.until)

    def examples(self, news: News, model: Model | None) -> Examples:
        """Return the rows of what is looked at."""
        if not news.refit and self.late == "likely":
            return self._likelihood(news, model)
        rows = self._looks.old_enough(news)
        age, label = news.age(rows), np.array(rows.label)
        if news.refit:
            f, note = self._delays.likeliest(rows, age, model)
            if self.late == "likely":
                self._looks.go_on(news, rows, note, label == 0)
        else:
            f, _ = self._delays.expect(rows, age, model)
        weight = _weight(label, f, np.zeros(len(rows)), self._delays.known(age))
        if news.refit:
            return Examples(rows, label, weight)
        came = late(news, self.wait)
        ones = np.ones(len(came))
        return Examples(Impressions.join([rows, came]), np.concatenate([label, ones]), np.concatenate([weight, ones]))

    def _likelihood(self, news: News, model: Model | None) -> Examples:
        """Return what each look says beyond the one before."""
        parts: list[Examples] = []

        def visit(rows: Impressions, look: int) -> tuple[Floats, NDArray[np.bool_]]:
            before = np.zeros(len(rows))
            if look:
                self._delays.take_back(rows.predicted, rows.propensity)
                before = rows.propensity  # the age at the look before
            age, label = news.age(rows), np.array(rows.label)
            f, note = self._delays.expect(rows, age, model)
            weight = _weight(label, f, self._delays.known(before), self._delays.known(age))
            parts.append(Examples(rows, label, weight))
            return note, label == 0

        self._looks.walk(news, visit)
        return joined(news, parts)


def _weight(label: Floats, f: Floats, before: Floats, now: Floats) -> Floats:
    """Return the weights of yeses and noes since a look.

    Args:
        label: ``(r,)``.
        f: ``(r,)`` rates, below 1.
        before: ``(r,)`` shares of positives known at the look before.
        now: ``(r,)`` shares known now.
    """
    no = (1.0 - f) * np.maximum(now - before, 0.0) / (1.0 - f * now)
    return np.where(label > 0, 1.0, no) / (1.0 - f * before)
