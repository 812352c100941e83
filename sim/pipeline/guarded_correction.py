"""The correction of an agent, every answer checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.pipeline.agent_error import AgentError, failed
from sim.pipeline.asking import asked, takes
from sim.pipeline.checked_examples import checked, without_negatives
from sim.pipeline.guarded_learner import GuardedLearner
from sim.pipeline.taken_labels import TakenLabels
from sim.pipeline.truth import Truth
from sim.ports import AgentParts, Examples, News, Space


class GuardedCorrection:
    """The correction of an agent.

    Args:
        agent: whose.
        learner: its learner, which predicts for the correction and is handed the examples.
        rows: that are checked together.

    Attributes:
        name: of its class.
        truth: what it is told of the outcomes of impressions, if it needs that.
        as_matured: whether its examples are the matured entries, unchanged (see `sim.ports.as_matured`).
    """

    def __init__(self, agent: AgentParts, learner: GuardedLearner, rows: int) -> None:
        self._correction, self._learner, self._rows = agent.correction, learner, rows
        self.name = type(agent.correction).__name__
        self.as_matured = bool(getattr(agent.correction.examples, "as_matured", False))
        self._taken: TakenLabels = asked(f"{learner.name} failed to begin as version 0 at 0 s", TakenLabels, agent)
        self.truth = Truth() if getattr(agent.correction, "needs_truth", False) else None
        self._takes_model = takes_model(agent.correction.examples)

    def begin(self, space: Space) -> None:
        """Show the correction the space, if it wants that."""
        if begin := getattr(self._correction, "begin", None):
            asked(f"{self.name} failed to begin as version 0 at 0 s", begin, space)

    def examples(self, news: News) -> Examples:
        """Return the correction's examples that the learner can process.

        Without those that take something back, if the learner cannot.

        There is one label and one weight for each impression, as float64.
        """
        try:
            examples = checked(self._made(news), self._taken, self._rows)
        except AgentError:
            raise  # the learner's, which failed to predict
        except BaseException as error:
            which = f"version {self._learner.count} at {news.cutoff:g} s"
            raise failed(f"{self.name} failed to make examples for {which}", error) from error
        return examples if self._learner.retracts else without_negatives(examples)

    def _made(self, news: News) -> Examples:
        make = self._correction.examples
        about = (news, self._learner.model(news.cutoff, self.truth)) if self._takes_model else (news,)
        if self.truth is None:
            return make(*about)
        with self.truth.being(told=True):
            return make(*about)


def takes_model(examples: Callable[..., Any]) -> bool:
    """Return whether ``examples`` takes a model besides the news.

    >>> takes_model(lambda news: None), takes_model(lambda news, model: None)
    (False, True)
    """
    return takes(examples, "news", "model")
