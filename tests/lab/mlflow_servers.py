"""Servers that only pretend: they answer as MLflow does for a while, and then no more."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4


def answers_of(run_id: str) -> dict[str, Any]:
    """Return what is answered, by the path asked for; MLflow remembers where a run's files go by its id."""
    info = {
        "run_id": run_id,
        "run_uuid": run_id,
        "experiment_id": "1",
        "status": "RUNNING",
        "lifecycle_stage": "active",
    }
    run = {"run": {"info": {**info, "artifact_uri": f"mlflow-artifacts:/1/{run_id}/artifacts"}, "data": {}}}
    experiment = {"experiment_id": "1", "name": "delaylab", "lifecycle_stage": "active"}
    return {
        "experiments/get-by-name": {"experiment": experiment},
        "runs/search": {"runs": []},
        "runs/create": run,
        "runs/get": run,
    }


@contextmanager
def silent() -> Iterator[str]:
    """Yield the address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def nobody() -> str:
    """Return an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def mortal(answers: int, hangs: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server that answers so many requests, and what it was asked.

    Args:
        answers: how many.
        hangs: whether it then says nothing, or breaks off.
    """
    asked: list[str] = []
    known = answers_of(uuid4().hex)
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(self.path)
            if len(asked) > answers:
                over.wait(60 if hangs else 0)
                self.close_connection = True
                return
            found = [value for key, value in known.items() if key in self.path]
            body = json.dumps(found[0] if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer  # the names that it looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            over.set()
            server.shutdown()
            thread.join()
