import pytest

from sim.scenario import Scenario, ScenarioError

FEED = """\
name: feed
horizon: 2d
users:
  count: 50
  visits: {rate: 4 per day, daily_swing: 0.5}
  preferences: {dim: 4, spread: 1}
items: {count: 20, click_rate: 0.1}
slate: {size: 2}
feedback:
  click: {delay: "lognormal(median=20s, p95=5m)", window: 30m}
platform:
  push: constant(1h)
"""


@pytest.fixture
def feed():
    """A small scenario file as text."""
    return FEED


@pytest.fixture
def load(tmp_path):
    """Load a text as the file ``mine.yaml``."""

    def load_text(text, overrides=None):
        (tmp_path / "mine.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return Scenario.load(tmp_path / "mine.yaml", overrides)

    return load_text


@pytest.fixture
def wrong(load):
    """Return the messages of a text that does not load."""

    def messages(text, overrides=None):
        with pytest.raises(ScenarioError) as caught:
            load(text, overrides)
        return caught.value.messages

    return messages
