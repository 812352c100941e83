"""A world of a few seconds, and one small sweep that many tests read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from sim.analysis.fit.families import FAMILIES
from sim.analysis.report.model import Figures
from sim.lab.entry.app import main
from tests.lab.mlflow_there import inline
from tests.lab.one_process import OneProcess, launch_by

TINY = """\
name: tiny
description: Five users, three arms.
horizon: 2h
users: {count: 5, visits: {every: 10m}}
items: {click_rates: [0.7, 0.4, 0.2]}
slate: {size: 2, choice: bernoulli}
feedback: {click: {delay: "exponential(mean=2m)", window: 5m}, learn_from: click}
platform: {ingest: constant(1s), training: {fixed: 1m, per_example: 0s}, push: constant(2m)}
"""
SWEEP = ["-m", "hydra/launcher=basic", "learner=ucb1,epsilon_greedy", "cadence=online,hourly", "replications=3"]


@pytest.fixture(scope="session", autouse=True)
def _no_server() -> Iterator[None]:
    """Know neither the server nor the terminal of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.delenv("COLUMNS", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Log to MLflow within this process; `test_worker.py` has the real way."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own  # by all workers of these tests
    with inline(shared / "template.db"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_launch() -> Iterator[None]:
    """Compose jobs once; `test_launchers.py` has Hydra's own launcher."""
    with pytest.MonkeyPatch.context() as patch:
        launch_by(OneProcess, patch)
        yield


@pytest.fixture(scope="package", autouse=True)
def _blank() -> Iterator[Callable[..., None]]:
    """Save figures blank: drawing takes longer than the runs do."""
    from matplotlib.figure import Figure

    drawn = Figure.savefig
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", save_blank)
        yield drawn


@pytest.fixture(autouse=True)
def _drawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _blank: Callable[..., None]) -> None:
    """Draw the figures of what is marked ``drawn``."""
    if request.node.get_closest_marker("drawn") is not None:
        monkeypatch.setattr("matplotlib.figure.Figure.savefig", _blank)


def save_blank(figure: object, file: BytesIO, *, format: str, metadata: object = None) -> None:
    """Write an empty picture."""
    file.write(b"\x89PNG" if format == "png" else b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The path of a scenario file that is not in the repository."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


@pytest.fixture
def lab(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run ``python -m sim`` in this process, in a working directory of its own, without MLflow."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, scenario: str = "./tiny.yaml", tracker: str = "none") -> int:
        return main([f"scenario={scenario}", f"tracker={tracker}", *arguments])

    return run


@pytest.fixture
def only_run(tmp_path: Path):
    """Return the only run folder that there is."""

    def find(results: str = "results") -> Path:
        (folder,) = (tmp_path / results / "runs").iterdir()
        return folder

    return find


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of a sweep of four runs, logged to MLflow, and of a run of its own that is not."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    common = [f"scenario={folder / 'tiny.yaml'}", f"results.dir={folder / 'results'}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matplotlib.figure.Figure.savefig", save_blank)
        page_only(patch)
        assert main([*common, *SWEEP]) == 0
    assert main([*common, "agent=uniform", "tracker=none", "seed=5"]) == 0
    return folder / "results"


@pytest.fixture
def few_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit without gamma and two exponentials, which take the longest: for tests of something else."""
    monkeypatch.setattr("sim.analysis.fit.fits.FAMILIES", FAMILIES[:3])


def page_only(patch: pytest.MonkeyPatch) -> None:
    """Write the page of a sweep without its figures, and an empty picture; `test_compare.py` draws them."""
    patch.setattr("sim.lab.sweep.outputs.figures_of", lambda _: Figures("", ()))
    patch.setattr("sim.lab.report.html.page.svg", lambda *_: "<svg></svg>")  # of what a decision asks
    patch.setattr("sim.lab.report.contents.files.curves_png", lambda *_: b"\x89PNG")


def undrawn(patch: pytest.MonkeyPatch) -> None:
    """Leave out the page and the figures of a sweep: they take longer than these runs."""
    page_only(patch)
    patch.setattr("sim.lab.report.contents.html_page.html", lambda _: "")


def summary(folder: Path) -> dict[str, float | None]:
    """Return the scores of a run folder."""
    return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))
