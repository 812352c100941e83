"""A server that sends a byte now and then is never silent, and keeps nobody waiting for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from sim.lab.tracking import fetch as mlflow_read
from sim.lab.tracking.client import client_of
from sim.lab.tracking.fetch import fetched
from sim.lab.tracking.retry_budget import Abandoned, Patience, TooSlow


@pytest.fixture
def trickling() -> Iterator[str]:
    over = Event()

    class Trickle(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            with suppress(OSError):
                while not over.wait(0.1):
                    self.wfile.write(b" ")
                    self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trickle)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_reading_has_a_limit(trickling: str, monkeypatch) -> None:
    with suppress(Exception):  # an import must not be what is ended
        client_of("http://127.0.0.1:9").get_experiment_by_name("x")
    monkeypatch.setattr(mlflow_read, "MOST_SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(Abandoned, match="kept us waiting for 1 s, longer than it may"), fetched(trickling, "x", None):
        pass
    assert time.monotonic() - began < 30.0


def test_a_single_call_ends_with_the_patience_that_is_left(monkeypatch) -> None:
    monkeypatch.setattr("sim.lab.tracking.retry_budget.CALL", 0.1)
    with pytest.raises(TooSlow, match=r"it kept us waiting for 0\.3 s"):
        Patience(0.3).time(time.sleep, 60.0)
