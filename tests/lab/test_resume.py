"""What is there is told by what it is, not by how much there is."""

from tests.lab.conftest import undrawn

SWEEP = ("-m", "hydra/launcher=basic", "agent=uniform")


def runs(tmp_path):
    return {f.name: f.stat().st_mtime_ns for f in (tmp_path / "results" / "runs").iterdir()}


def test_resuming_looks_at_what_the_runs_are_not_at_how_many(lab, tmp_path, monkeypatch) -> None:
    undrawn(monkeypatch)
    assert lab(*SWEEP, "seed=0,1") == 0
    first = runs(tmp_path)
    assert len(first) == 2
    assert lab(*SWEEP, "seed=1,2") == 0  # as many as before, half of them others
    second = runs(tmp_path)
    assert len(second) == 3
    assert {name: second[name] for name in first} == first
    assert lab("agent=uniform", "seed=0", "scenario.platform.ingest=2s") == 0
    assert len(runs(tmp_path)) == 4


def test_a_changed_file_of_delays_is_another_world(lab, tmp_path) -> None:
    (tmp_path / "delays.csv").write_text("1\n2\n3\n")
    delay = "scenario.feedback.click.delay=empirical(file=delays.csv)"
    assert lab("agent=uniform", delay) == 0
    (tmp_path / "delays.csv").write_text("1\n2\n4\n")
    assert lab("agent=uniform", delay) == 0
    assert len(runs(tmp_path)) == 2
