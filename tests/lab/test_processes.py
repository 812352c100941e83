"""What only a process of its own can show: start-up, exit codes, other directories, sudden death."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import Scenario, simulate
from sim.analysis.identity import run_hash
from sim.lab.entry.api import agent_named

TREE = Path(__file__).resolve().parents[2]
HEAVY = ("mlflow", "matplotlib", "pandas", "scipy.stats", "sqlalchemy")


def python(code_or_module: list[str], cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(TREE), **more}
    return subprocess.run(
        [sys.executable, *code_or_module],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_imports_nothing_heavy_and_a_run_without_a_tracker_little(tiny: Path, tmp_path: Path) -> None:
    run = [f"scenario={tiny}", "agent=uniform", "tracker=none"]
    code = (
        "import os, sys\n"
        "from sim.__main__ import main\n"
        "def loaded(*arguments):\n"
        "    sys.argv = ['sim', *arguments]\n"
        "    try:\n"
        "        code = main()\n"
        "    except SystemExit as left:  # as argparse leaves\n"
        "        code = left.code\n"
        f"    print('LOADED', code, os.listdir(), *[m for m in {HEAVY!r} if m in sys.modules])\n"
        f"loaded('--help')\nloaded(*{run!r})\n"
    )
    (tmp_path / "here").mkdir()
    done = python(["-c", code], tmp_path / "here")
    told = [line for line in done.stdout.splitlines() if line.startswith("LOADED")]
    assert told[0] == "LOADED 0 []", done.stderr
    assert told[1].startswith("LOADED 0 ['results']"), done.stderr
    assert not set(told[1].split()) & {"mlflow", "matplotlib", "sqlalchemy", "scipy.stats"}
    listed = {line.partition(":")[0]: line for line in done.stdout.splitlines() if ": " in line}
    assert "news_feed" in listed["scenario"]
    assert "linucb_online" in listed["agent"]
    assert "online_or_batch" in listed["experiment"]
    assert "mlflow, none" in listed["tracker"]
    for group in ("learner", "correction", "cadence"):
        assert group in listed


def test_the_api_in_any_process_says_the_same_without_mlflow_and_leaves_a_hydra_program_alone(
    tiny: Path, tmp_path: Path
) -> None:
    """Neither a seed drawn at import nor the order of sets and dicts has a say."""
    code = (
        "import sys\n"
        "from hydra import initialize_config_dir\n"
        "from hydra.core.global_hydra import GlobalHydra\n"
        f"with initialize_config_dir({str(tmp_path)!r}, version_base='1.3'):\n"
        "    theirs = GlobalHydra.instance().hydra\n"
        "    from sim import Scenario, simulate\n"
        "    from sim.analysis.identity import run_hash\n"
        "    from sim.lab.entry.api import agent_named\n"
        f"    world, agent = Scenario.load({str(tiny)!r}), agent_named('thompson_online')\n"
        "    run = simulate(world, agent)\n"
        "    assert GlobalHydra.instance().hydra is theirs\n"
        "print(len(run.requests), 'mlflow' in sys.modules, run_hash(world, agent, 0, 1), run.fingerprint)\n"
    )
    done = python(["-c", code], tmp_path, PYTHONHASHSEED="1")  # this process has another one
    world, agent = Scenario.load(tiny), agent_named("thompson_online")
    here = [run_hash(world, agent, 0, 1), simulate(world, agent, trace=False).fingerprint]
    assert done.stdout.split() == ["56", "False", *here], done.stderr


def test_exit_code_and_message_of_a_wrong_override(tmp_path: Path) -> None:
    done = python(["-m", "sim", "agent=nobody", "tracker=none"], tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("agent: unknown name 'nobody'")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("sent", "left"), [(signal.SIGKILL, 1), pytest.param(signal.SIGTERM, 0, marks=pytest.mark.slow)]
)
def test_a_killed_run_leaves_no_run(lab, tmp_path: Path, tiny: Path, sent: signal.Signals, left: int) -> None:
    long = [
        f"scenario={tiny}",
        "scenario.horizon=4000d",
        "learner=uniform",
        "cadence=never",
        "tracker=none",
        "trace=true",
    ]
    environment = {**os.environ, "PYTHONPATH": str(TREE)}
    process = subprocess.Popen([sys.executable, "-m", "sim", *long], cwd=tmp_path, env=environment, stderr=-3)
    runs = tmp_path / "results" / "runs"
    limit = time.monotonic() + 60
    while not (runs.is_dir() and list(runs.glob(".tmp-*/requests.parquet"))) and time.monotonic() < limit:
        time.sleep(0.05)
    process.send_signal(sent)
    process.wait(timeout=60)
    assert [p.name[:5] for p in runs.iterdir()] == [".tmp-"] * left
    assert lab("agent=uniform") == 0
    assert [p.name[0] != "." for p in runs.iterdir()] == [True]
