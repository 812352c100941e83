"""Parts are built as Hydra builds them, also where Hydra is not asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from agents import UCB1
from sim.errors import LabError
from sim.lab.config.job import build


def test_what_hydra_refuses_to_call_is_not_called(tmp_path: Path) -> None:
    node = OmegaConf.create({"_target_": "os.system", "command": f"touch {tmp_path / 'harm'}"})
    with pytest.raises(LabError, match=r"learner: Target 'os\.system' is blocklisted"):
        build("learner", node)
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_is_to_be_given_is_missed() -> None:
    with pytest.raises(LabError, match="learner: Missing mandatory value: scale"):
        build("learner", OmegaConf.create({"_target_": "agents.UCB1", "scale": "???"}))


def test_values_may_refer_to_others_and_a_part_may_be_partial() -> None:
    config = OmegaConf.create({"seed": 3, "learner": {"_target_": "agents.UCB1", "scale": "${seed}"}})
    assert build("learner", config.learner).scale == 3.0
    partial = build("learner", OmegaConf.create({"_target_": "agents.UCB1", "_partial_": True}))
    assert isinstance(made := partial(scale=2.5), UCB1)
    assert made.scale == 2.5


def test_a_learner_within_a_learner_is_checked_and_built() -> None:
    node = OmegaConf.create({"_target_": "agents.Softmax", "base": {"_target_": "agents.LinUCB", "forget": "6h"}})
    assert build("learner", node).base.forget == 21600.0
    node.base.forget = 6
    with pytest.raises(LabError, match=r"learner\.base\.forget: 6 has no unit"):
        build("learner", node)
    node.base = {"_target_": "agents.LinUCB", "alfa": 1.0}
    with pytest.raises(
        LabError, match=r"learner\.base\.alfa: unknown key of LinUCB, did you mean learner\.base\.alpha"
    ):
        build("learner", node)
