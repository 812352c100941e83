"""``delaylab ui``: MLflow's pages on the local store."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys

from sim.lab.cli._options import add_results
from sim.lab.errors import LabError

HELP = "open the runs in MLflow, on this machine only"
HOST = "127.0.0.1"
RUNS = "#/experiments/1/runs?workflowType=machine_learning"  # by itself MLflow opens its pages for language models


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    parser.add_argument("--port", type=int, default=5000, help="port (5000, or the next one that is free)")


def main(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from sim.lab.mlflow_client import quiet_environment
    from sim.lab.tracker import DATABASE

    database = options.results / DATABASE
    if not database.is_file():
        raise LabError(f"ui: no {database}; run something first, or `delaylab sync`")
    quiet_environment()
    port = free_port(options.port)
    print(f"MLflow at http://{HOST}:{port}/{RUNS} (Ctrl-C ends it)", flush=True)
    environment = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"} | os.environ
    try:
        return subprocess.call(command(f"sqlite:///{database}", port), env=environment)
    except KeyboardInterrupt:
        return 0


def command(uri: str, port: int) -> list[str]:
    """Return the command of a small server: one worker is plenty for one reader."""
    server = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
    return [*server, "--host", HOST, "--port", str(port), "--workers", "1"]


def free_port(first: int) -> int:
    """Return the first free port from ``first`` on."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    raise LabError(f"ui: no free port from {first} to {first + 49}")
