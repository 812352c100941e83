"""How far work has come: a bar on a terminal, else a line every half minute."""

import re
import time
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

from sim.lab.base import progress as bar


def test_a_line_now_and_then_says_what_is_done_and_how_long_the_rest_takes(capsys, monkeypatch) -> None:
    monkeypatch.setattr(bar, "EVERY", 0.02)
    with bar.progress("sweep", 4) as done:
        done(True)
        time.sleep(0.1)
        done(False)
        time.sleep(0.1)
    *lines, last = capsys.readouterr().err.splitlines()
    assert lines[0] == "sweep: 1 of 4 done, 3 left, 0:00:00 so far"  # what was there already tells nothing of the rest
    assert re.fullmatch(r"sweep: 2 of 4 done, 2 left, 0:00:0\d so far, about 0:00:0\d left", lines[-1])
    assert last == "sweep: 2 of 4 done in 0:00:00"


def test_the_rest_takes_as_long_as_what_was_computed(monkeypatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(bar, "monotonic", lambda: clock[0])
    lines = bar.Lines("attribute", 10)
    for there in (True, False, False, False):
        lines.done(there)
    clock[0] = 90.0
    assert lines.line() == "attribute: 4 of 10 done, 6 left, 0:01:30 so far, about 0:03:00 left"


def test_short_work_leaves_one_line_or_none(capsys) -> None:
    for brief in (False, True):
        with bar.progress("verify", 1, brief) as done:
            done(False)
    assert capsys.readouterr().err == "verify: 1 of 1 done in 0:00:00\n"


def shown_of_a_run(monkeypatch, *, terminal: bool, seconds: float) -> str:
    page, clock = StringIO(), SimpleNamespace(now=0.0)
    monkeypatch.setattr(bar, "errors", lambda: Console(file=page, force_terminal=terminal, width=80))
    monkeypatch.setattr(bar, "SOON", 0.1)
    monkeypatch.setattr(bar, "_LOOK", 0.02)
    with bar.running("news_feed", 4, 200.0) as watch:
        watch(clock)
        clock.now = 50.0
        watch(clock)
        time.sleep(seconds)
    return page.getvalue()


def test_a_run_that_takes_a_while_shows_its_share_and_the_time_left(monkeypatch) -> None:
    page = shown_of_a_run(monkeypatch, terminal=True, seconds=0.5)
    assert "news_feed" in page
    assert " 31%" in page  # one of four replications, and a quarter of the second
    assert re.search(r"0:00:0\d left", page)  # 2.75 replications are left
    assert page.endswith("\x1b[2K")  # the line is taken away


@pytest.mark.parametrize(("terminal", "seconds"), [(False, 0.3), (True, 0.0)])
def test_nothing_is_shown_of_a_short_run_nor_without_a_terminal(monkeypatch, terminal, seconds) -> None:
    assert shown_of_a_run(monkeypatch, terminal=terminal, seconds=seconds) == ""
