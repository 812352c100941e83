"""Launchers for other machines, with a stand-in for the library: what goes out, what comes back, what goes wrong."""

import dataclasses
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hydra._internal.core_plugins.basic_launcher import BasicLauncher

from agents import UCB1, Agent, Every, Never, Uniform
from sim import Scenario
from sim.analysis.jobs.packages import packages_of
from sim.lab.config.job import Job
from sim.lab.launch.remote_job import differences, packaged, run_remote, unpack
from sim.lab.store.run_folder import Record
from sim.lab.store.sweep_file import runs_of, sweeps
from tests.faults.processes import complete
from tests.lab.conftest import SWEEP as SWEPT
from tests.lab.conftest import undrawn
from tests.lab.one_process import launch_by

SWEEP = [argument for argument in SWEPT if argument != "hydra/launcher=basic"]


class RayError(Exception):
    """What the stand-in for Ray raises when a node is gone for good."""


class Ray:
    """A cluster whose only node is this process; it notes what it is given."""

    exceptions = SimpleNamespace(RayError=RayError)

    def __init__(self, cpus=2, lost=()):
        self.cpus, self.lost, self.sent, self.init_with, self.down = cpus, lost, [], None, False

    def init(self, **options):
        if not self.cpus:
            raise ConnectionError("Could not find any running\nRay instance.")
        self.init_with = options

    def nodes(self):
        return [{"Alive": True, "Resources": {"CPU": float(self.cpus)}}, {"Alive": False, "Resources": {"CPU": 64.0}}]

    def remote(self, function):
        def send(order):
            self.sent.append(order)
            return len(self.sent) - 1, function

        self.function = SimpleNamespace(options=lambda **options: SimpleNamespace(remote=send), asked=function)
        return self.function

    def wait(self, references, num_returns):
        return references[-num_returns:], references[:-num_returns]  # the last first: order does not matter

    def get(self, reference):
        number, function = reference
        if number in self.lost:
            raise RayError("the node died")
        return function(self.sent[number])

    def shutdown(self):
        self.down = True


class UncompletedJobError(Exception):
    """As submitit has it."""


class Submitit:
    """Submits to this process; the first tries of the jobs in ``killed`` end without a result."""

    core = SimpleNamespace(utils=SimpleNamespace(UncompletedJobError=UncompletedJobError))

    def __init__(self, killed=0):
        self.killed, self.submitted = killed, 0

    def AutoExecutor(self, folder, cluster):
        if cluster == "slurm":
            raise RuntimeError('Could not detect "srun", are you indeed on a slurm cluster?')
        folder.mkdir(parents=True)
        return SimpleNamespace(folder=folder, update_parameters=self.asked, submit=self.submit)

    def asked(self, **options):
        self.options = options

    def submit(self, function, order):
        self.submitted += 1
        number = self.submitted

        def result():
            if number <= self.killed:
                raise UncompletedJobError("no result")
            return function(order)

        return SimpleNamespace(done=lambda: True, result=result, job_id=f"{number}", cancel=lambda check: None)


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch):
    undrawn(monkeypatch)


@pytest.fixture
def stand_in(monkeypatch):
    def put(name, library):
        monkeypatch.setitem(sys.modules, name, library)
        return library

    return put


def job(folder=None, delay="constant(1m)", **agent):
    scenario = {
        "name": "tiny", "horizon": "2h", "users": {"count": 2, "visits": {"every": "10m"}},
        "items": {"click_rates": [0.7, 0.4]}, "slate": {"size": 1, "choice": "bernoulli"},
        "feedback": {"click": {"delay": delay, "window": "1h"}, "learn_from": "click"},
    }  # fmt: skip
    agent = Agent(**{"learner": UCB1(), "cadence": Every("1h"), **agent})
    return Job(Scenario.check(scenario, folder=folder), agent, 0, 1, None, False, {}, folder)


def table(folder: Path) -> bytes:
    (sweep,) = sweeps(folder)
    return (sweep / "comparison.csv").read_bytes()


@pytest.mark.parametrize(
    ("launcher", "name", "library"),
    [
        (["hydra/launcher=ray"], "ray", Ray()),
        (["hydra/launcher=slurm", "hydra.launcher.executor=local"], "submitit", Submitit()),
    ],
)
def test_the_same_runs_and_the_same_table(lab, swept, tmp_path, stand_in, launcher, name, library) -> None:
    stand_in(name, library)
    assert lab(*SWEEP, *launcher, scenario=str(swept.parent / "tiny.yaml")) == 0
    assert table(tmp_path / "results") == table(swept)
    there, here = complete(tmp_path / "results"), complete(swept)
    assert len(there) == 4
    assert there == {name: here[name] for name in there}
    assert not list((tmp_path / "results").rglob("jobs"))  # what submitit writes is gone where all went well


def test_hydra_s_own_launcher_runs_what_is_missing(lab, swept, tmp_path, monkeypatch) -> None:
    launch_by(BasicLauncher, monkeypatch)
    shutil.copytree(swept / "runs", tmp_path / "results" / "runs")
    (missing, *_) = runs_of(swept, sweeps(swept)[0].name)
    shutil.rmtree(tmp_path / "results" / "runs" / missing.hash)
    assert lab(*SWEPT, scenario=str(swept.parent / "tiny.yaml")) == 0
    assert table(tmp_path / "results") == table(swept)


@pytest.mark.slow
def test_what_is_complete_does_not_go_out_again(lab, swept, tmp_path, stand_in) -> None:
    shutil.copytree(swept / "runs", tmp_path / "results" / "runs")
    library = stand_in("ray", Ray())
    assert lab(*SWEEP, "hydra/launcher=ray", "seed=0,1") == 0
    assert [order.job.seed for order in library.sent] == [1] * 4


def test_a_job_that_is_lost_costs_no_other(lab, capsys, stand_in, tmp_path) -> None:
    library = stand_in("ray", Ray(lost=[1]))
    assert lab("-m", "learner=ucb1,uniform", "hydra/launcher=ray") == 1
    assert "1 of 2 jobs failed" in capsys.readouterr().err
    (folder,) = sweeps(tmp_path / "results")
    assert "RayError: the node died" in (folder / "failures.txt").read_text()
    assert len(complete(tmp_path / "results")) == 1
    assert library.down


@pytest.mark.slow
def test_slurm_tries_again_what_ended_without_a_result(lab, stand_in, capsys) -> None:
    library = stand_in("submitit", Submitit(killed=3))
    arguments = ["-m", "learner=ucb1,uniform", "hydra/launcher=slurm", "hydra.launcher.executor=local"]
    assert lab(*arguments, "hydra.launcher.at_once=1", "hydra.launcher.sbatch={account: lab}") == 0
    assert library.submitted == 5
    assert library.options["slurm_additional_parameters"] == {"account": "lab"}
    stand_in("submitit", Submitit(killed=3))
    assert lab(*arguments, "results.dir=other", "hydra.launcher.at_once=1", "hydra.launcher.retries=0") == 1
    assert "2 of 2 jobs failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "library", "message"),
    [
        (["ray"], None, "hydra/launcher=ray: needs ray, which is not installed; pip install 'delaylab[ray]' brings it"),
        (
            ["slurm"],
            None,
            "hydra/launcher=slurm: needs submitit, which is not installed; pip install 'delaylab[slurm]'",
        ),
        (["ray", "hydra.launcher.cpus=0"], Ray(), "hydra.launcher.cpus: is 0; a whole number >= 1 is allowed"),
        (["ray", "hydra.launcher.cpus=4"], Ray(), "hydra.launcher.cpus: is 4; the largest node of the cluster has 2"),
        pytest.param(
            ["ray", "hydra.launcher.retries=-1"],
            Ray(),
            "hydra.launcher.retries: is -1; a whole number >= 0 is",
            marks=pytest.mark.slow,
        ),
        (["ray"], Ray(cpus=0), "hydra.launcher.address: no Ray cluster at auto; `ray start --head` starts one"),
        (["ray", "hydra.launcher.address=127.0.0.1:1"], Ray(), "hydra.launcher.address: no Ray cluster at 127.0.0.1:1"),
        pytest.param(
            ["ray", "hydra.launcher.address=nowhere"],
            Ray(),
            "hydra.launcher.address: no Ray cluster at nowhere; ",
            marks=pytest.mark.slow,
        ),
        (["slurm"], Submitit(), 'hydra.launcher.executor: Could not detect "srun", are you indeed on a slurm cluster?'),
        (
            ["slurm", "hydra.launcher.executor=slrm"],
            Submitit(),
            "hydra.launcher.executor: unknown name 'slrm', did you",
        ),
        (["slurm", "hydra.launcher.minutes=0"], Submitit(), "hydra.launcher.minutes: is 0; a whole number >= 1 is"),
    ],
)
def test_one_line(lab, capsys, stand_in, arguments, library, message) -> None:
    stand_in({"ray": "ray", "slurm": "submitit"}[arguments[0]], library)
    launcher, *more = arguments
    assert lab("-m", "learner=ucb1,uniform", f"hydra/launcher={launcher}", *more) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(message)


def test_an_errand_takes_the_variables_along_and_does_not_print_them(monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracker:5000")
    monkeypatch.setenv("HOME_OF_NOBODY", "x")
    order = packaged(job())
    assert order.variables["MLFLOW_TRACKING_URI"] == "http://tracker:5000"
    assert "HOME_OF_NOBODY" not in order.variables
    assert "tracker:5000" not in repr(order)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "of the other machine")
    run_remote(order)
    import os

    assert os.environ["MLFLOW_TRACKING_URI"] == "http://tracker:5000"
    assert packaged(job(), Path("/shared")).variables == {}  # they would lie on a shared disk, passwords among them


def test_other_code_is_refused_where_it_would_run() -> None:
    there = run_remote(dataclasses.replace(packaged(job()), code="another"))
    assert "has other code of delaylab than the sweep" in there.outcome["told"]
    assert there.files == {}


def test_a_results_folder_that_is_not_shared_is_named(tmp_path) -> None:
    there = run_remote(packaged(job(), tmp_path / "nowhere"))
    assert f"results.dir: {tmp_path / 'nowhere'} is not there on " in there.outcome["told"]


def test_other_versions_are_told() -> None:
    there = run_remote(packaged(job()))
    assert differences(there, there.environment) == []
    assert differences(there, {**there.environment, "numpy": "1.0"})[0].endswith("(here 1.0)")


def test_files_that_a_scenario_names_are_put_beside_it_from_here(tmp_path) -> None:
    (tmp_path / "delays.csv").write_text("60\n120\n300\n")
    sent = job(tmp_path, "empirical(file=delays.csv)")
    away = dataclasses.replace(sent, folder=Path("/not/on/that/machine"))
    files = run_remote(packaged(away)).files
    assert "delays.csv" not in files
    record = unpack(files, sent, tmp_path / "results")
    assert Record.complete(record.folder)
    assert (record.folder / "delays.csv").read_text() == "60\n120\n300\n"
    assert json.loads((record.folder / "manifest.json").read_text())["run"] == sent.hash


def test_agents_of_ones_own_take_their_file_along(tmp_path, monkeypatch) -> None:
    (tmp_path / "launched_agents.py").write_text("from agents import Uniform\n\n\nclass Own(Uniform):\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "launched_agents", raising=False)  # that of another test
    import launched_agents

    tree = Path(__file__).resolve().parents[2]
    plain = job(learner=Uniform(), cadence=Never())
    assert packages_of([plain.agent]) == [str(tree / "sim"), str(tree / "agents")]
    own = job(learner=launched_agents.Own(), cadence=Never())
    assert packages_of([plain.agent, own.agent])[2:] == [str(tmp_path / "launched_agents.py")]
