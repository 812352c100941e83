"""Runs of few replications beside runs of many: they are not chosen as the best from the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.analysis.paired.comparison import comparison
from sim.lab.cli import main as delaylab
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import runs_of, sweeps
from tests.lab.test_compare import synthetic

REGRET = "regret/at_base_rate"


def pushed(swept: Path) -> Path:
    """Return the folder of a run that pushes."""
    return runs_of(swept, sweeps(swept)[0].name)[1].folder


def shorter(folder: Path, count: int) -> None:
    """Leave the first replications of a synthetic run."""
    config = yaml.safe_load((folder / "config.yaml").read_text())
    (folder / "config.yaml").write_text(yaml.safe_dump(config | {"replications": count}))
    pd.read_parquet(folder / "replicates.parquet").head(count).to_parquet(folder / "replicates.parquet")


@pytest.mark.parametrize("count", [1, 2])
def test_a_stray_short_run_is_not_chosen_as_the_best(swept: Path, tmp_path: Path, capsys, count: int) -> None:
    runs, base = tmp_path / "runs", pushed(swept)
    for n, shift in enumerate((0.0, 0.1, -0.1)):
        synthetic(base, runs, n, shift, **{"agent.learner.x": n})
    scores = pd.read_parquet(base / "replicates.parquet")
    for n, noise in ((1, (0.099, 0.1, 0.101)), (2, (-0.099, -0.1, -0.101))):
        moved = scores.assign(**{REGRET: scores[REGRET] + np.array(noise)})
        moved.to_parquet(runs / f"{n:012x}" / "replicates.parquet")
    shorter(runs / f"{2:012x}", count)
    (world,) = comparison(records(tmp_path)).worlds
    assert (world.baseline, world.short) == (0, {2})
    assert [one.verdict for one in world.decisions] == ["baseline", "worse", "undecided"]
    assert world.decisions[2].behind == pytest.approx((-0.099, -0.0995)[count - 1])
    assert delaylab(["compare", str(tmp_path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "x 0 has the least regret at the base rate of those with enough replications" in said
    assert f"Too few replications to be chosen as the best: x 2 ({count} of 3)." in said
    assert "would be decided" not in said
    (asked,) = comparison(records(tmp_path), "x=2").worlds
    assert (asked.baseline, asked.chosen, asked.short) == (2, True, frozenset())


def test_of_two_the_one_of_a_single_replication_is_not_chosen(swept: Path, tmp_path: Path) -> None:
    for n in range(2):
        synthetic(pushed(swept), tmp_path / "runs", n, -0.1 * n, **{"agent.learner.x": n})
    shorter(tmp_path / "runs" / f"{1:012x}", 1)
    assert comparison(records(tmp_path)).worlds[0].baseline == 0
    shorter(tmp_path / "runs" / f"{0:012x}", 1)
    assert comparison(records(tmp_path)).worlds[0].baseline == 1  # all alike
