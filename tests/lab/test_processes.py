"""What only a process of its own can show: start-up, exit codes, other directories, sudden death."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
HEAVY = ("mlflow", "matplotlib", "pandas", "scipy.stats", "sqlalchemy")


def python(code_or_module: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(TREE)}
    return subprocess.run(
        [sys.executable, *code_or_module],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def loaded(arguments: list[str], cwd: Path) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run ``python -m sim`` and say which heavy packages it imported."""
    code = (
        "import sys, atexit\n"
        f"sys.argv = ['sim', *{arguments!r}]\n"
        f"atexit.register(lambda: print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules]))\n"
        "from sim.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = python(["-c", code], cwd)
    return done, set(done.stdout.splitlines()[-1].split()[1:])


def test_help_lists_every_choice_and_imports_nothing_heavy(tmp_path: Path) -> None:
    done, heavy = loaded(["--help"], tmp_path)
    assert done.returncode == 0
    assert heavy == set()
    listed = {line.partition(":")[0]: line for line in done.stdout.splitlines() if ": " in line}
    assert "news_feed" in listed["scenario"]
    assert "linucb_online" in listed["agent"]
    assert "online_or_batch" in listed["experiment"]
    assert "mlflow, none" in listed["tracker"]
    for group in ("learner", "correction", "cadence"):
        assert group in listed
    assert list(tmp_path.iterdir()) == []


def test_without_a_tracker_mlflow_is_not_imported(tiny: Path, tmp_path: Path) -> None:
    done, heavy = loaded([f"scenario={tiny}", "agent=uniform", "tracker=none"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert not heavy & {"mlflow", "matplotlib", "sqlalchemy", "scipy.stats"}


def test_the_api_imports_no_mlflow_and_leaves_a_hydra_program_alone(tiny: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from hydra import initialize_config_dir\n"
        "from hydra.core.global_hydra import GlobalHydra\n"
        f"with initialize_config_dir({str(tmp_path)!r}, version_base='1.3'):\n"
        "    theirs = GlobalHydra.instance().hydra\n"
        "    from sim import simulate\n"
        f"    run = simulate({str(tiny)!r}, agent='ucb1_online')\n"
        "    assert GlobalHydra.instance().hydra is theirs\n"
        "print(len(run.requests), 'mlflow' in sys.modules)\n"
    )
    done = python(["-c", code], tmp_path)
    assert done.stdout.split() == ["56", "False"], done.stderr


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
