"""``delaylab ui``: serve MLflow's pages of the local store."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from sim.errors import LabError
from sim.lab.base.signals import GracefulShutdown
from sim.lab.cli._options import add_results
from sim.lab.cli.sync import log_all
from sim.lab.store.containment import DATABASE, check_results
from sim.lab.tracking.client import quiet_environment, uri_of
from sim.lab.tracking.tracker import MlflowTracker
from sim.lab.tracking.view import link

HELP = "open the runs in MLflow, on this machine only"
HOST = "127.0.0.1"
LAST = 65_535  # the largest port
GRACE = 3.0  # seconds that the server has to close


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    parser.add_argument("--port", type=int, default=5000, help="port (5000, or the next one that is free)")


def main(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    if not 0 < options.port <= LAST:
        raise LabError(f"ui: --port {options.port} is no port; 1 to {LAST} is allowed")
    database = options.results / DATABASE
    if not database.is_file():
        raise LabError(f"ui: no {database}; run something first, or `delaylab sync`")
    check_results(options.results)
    with GracefulShutdown():
        (tracker := MlflowTracker(options.results)).prepare()
        tracker.finish()
        if tracker.former is not None:  # the database was moved: its pages point to the former files
            log_all(tracker, options.results)
    if tracker.experiment_id is None:
        return 1
    quiet_environment()
    port = free_port(options.port)
    print(f"MLflow at {link(f'http://{HOST}:{port}', tracker.experiment_id)} (Ctrl-C ends it)", flush=True)
    os.chdir(options.results)
    return serve(command(uri_of(database), port), {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"} | os.environ)


def serve(server: list[str], environment: Mapping[str, str]) -> int:
    """Run a server until it ends or is interrupted.

    It gets a process group of its own, so that Ctrl-C reaches only us and it ends without tracebacks. The server and
    the processes it started end with this call, on Ctrl-C and SIGTERM too.
    """
    process = None
    try:
        with GracefulShutdown():
            process = subprocess.Popen(server, env=environment, start_new_session=True)
            return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if process is not None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process group: SIGTERM first, SIGKILL after `GRACE`."""
    give_up = time.monotonic() + GRACE
    with suppress(OSError):  # the group is gone
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < give_up:
            process.poll()  # reaps the process, which would stay in the group otherwise
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def command(uri: str, port: int) -> list[str]:
    """Return the command of a server with one worker."""
    server = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
    return [*server, "--host", HOST, "--port", str(port), "--workers", "1"]


def free_port(first: int) -> int:
    """Return the first free port from ``first`` on."""
    for port in range(first, min(first + 50, LAST + 1)):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    raise LabError(f"ui: no free port from {first} to {min(first + 49, LAST)}")
