"""The agent's view of impressions: lazy columns of the log."""

from __future__ import annotations

from sim.reading import Column, LazyRows, TruthColumn


class Impressions(LazyRows["Impressions"]):
    """Impressions as r rows of columns.

    A column is read when it is asked for. NaN in ``propensity`` and ``predicted`` means that the policy gave none.

    Rows are chosen by ``take(index or mask)``, ``part(start, stop)`` and ``until(column, last)``; ``replace`` gives
    them other columns, ``kept`` makes a copy that outlives the training, and `Impressions.join` puts parts together.

    Attributes:
        number: ``(r,)`` in order of serving, from 0; -1 for a row that is not an impression served.
        request_at: ``(r,)`` seconds.
        user: ``(r,)``.
        visit: ``(r,)``.
        position: ``(r,)`` from 0.
        item: ``(r,)`` item ids.
        propensity: ``(r,)``.
        predicted: ``(r,)`` outcome that the serving policy expected.
        user_features: ``(r, p)`` as observed at the request, its context included.
        item_features: ``(r, d)``.
        delivered_at: ``(r,)`` when the log learnt the outcome; infinite while pending.
        closes_at: ``(r,)`` from when no further outcome can arrive; ``delivered_at`` where there is no window;
            infinite while unknown.
        label: ``(r,)`` 1 for a delivered positive, or its value, else 0 (0 while pending: not yet known; 0 once the
            positive is taken back).
        outcome: ``(r,)`` the label that the impression settles to, known or not, NaN if it never comes back. Only a
            correction with ``needs_truth`` can read it, and only while it makes examples; a copy does not have it.
    """

    number = Column()
    request_at = Column()
    user = Column()
    visit = Column()
    position = Column()
    item = Column()
    propensity = Column()
    predicted = Column()
    user_features = Column()
    item_features = Column()
    delivered_at = Column()
    closes_at = Column()
    label = Column()
    outcome = TruthColumn()
