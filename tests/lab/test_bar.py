"""How far work has come, where no terminal is: a line every half minute."""

import time

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
    assert lines[-1] == "sweep: 2 of 4 done, 2 left, 0:00:00 so far, about 0:00:00 left"
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
