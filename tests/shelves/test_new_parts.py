"""A new part is one file, one YAML where it is chosen by name, and one test: shown in a copy of the tree."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.contracts.shelves import changed, make
from tests.shelves.new_parts import BROKEN, FILES

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ("sim", "agents", "conf", "scenarios", "tests")
RUN = [
    "learner=newest", "correction=half", "cadence=rarely", "tracker=none", "scenario.horizon=6h",
    "scenario.users.count=20", "scenario.users.shifts=[]", "scenario.slate.choice='reluctant(patience=0.6)'",
    "scenario.feedback.click.delay='log_logistic(median=1m)'", "objective={versions/first_at: 1 per h}",
]  # fmt: skip

ASKED = """\
import sys
from contextlib import suppress
from matplotlib.figure import Figure
from sim.lab.cli import main
from sim.lab.entry.app import main as run
assert run(sys.argv[1:]) == 0
print("HELP")
with suppress(SystemExit):
    run(["--help"])
print("ASKED")
Figure.savefig = lambda figure, file, **_: file.write(b'<svg xmlns="http://www.w3.org/2000/svg"/>')  # drawn, not saved
for command in (["compare", "--html", "page.html"], ["hello"], ["broken"]):
    with suppress(SystemExit):
        main(command)
import agents
from sim.laws.language import shelf as laws
from sim.score.scorer import shelf
print("SHELVES", agents.__all__, list(laws()), shelf())
"""


def tree(folder: Path, *files: dict[str, str]) -> Path:
    """Copy the tree, and write further files into it."""
    for part in WHOLE:
        shutil.copytree(ROOT / part, folder / part)
    for file in ("pyproject.toml", "setup.py", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, folder / file)
    for name, text in (pair for some in files for pair in some.items()):
        (folder / name).write_text(text)
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=False, cwd=folder, env=kept, capture_output=True, text=True)


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    return tree(tmp_path_factory.mktemp("added"), FILES)


SUITES = [f"tests/contracts/test_{name}.py" for name in ("learners", "corrections", "cadences")]
SUITES += [f"tests/kernel/test_{name}.py" for name in ("laws", "choices", "scores", "world")]


@pytest.mark.parametrize("suites", [SUITES, pytest.param(["tests/contracts"], marks=pytest.mark.slow)])
def test_contract_suites_find_each_new_part(added, suites):
    names = "Newest or HalfNegatives or Rarely or log_logistic or Reluctant or reluctant or TrainingPace or naive_twin"
    done = python(added, "-m", "pytest", "-q", "--assert=plain", "-p", "no:cacheprovider", "-rA", "-k", names, *suites,
                  "tests/properties/test_reference.py")  # fmt: skip
    assert done.returncode == 0, done.stdout
    passed = re.findall(r"PASSED (\S+)\[(.*)\]", done.stdout)
    for suite, part in {
        "test_learners": "Newest", "test_corrections": "HalfNegatives", "test_cadences": "Rarely",
        "test_laws": "log_logistic", "test_choices": "reluctant", "test_world": "reluctant",
        "test_scores": "TrainingPace",
    }.items():  # fmt: skip
        if suites is SUITES or suite in ("test_learners", "test_corrections", "test_cadences"):
            assert any(suite in test and part in which for test, which in passed), (suite, part, done.stdout)


def test_each_is_chosen_by_name_and_what_is_broken_breaks_only_itself(tmp_path):
    folder = tree(tmp_path / "broken", FILES, BROKEN)
    done = python(folder, "-c", ASKED, *RUN)
    assert done.returncode == 0, done.stderr
    (run,) = (folder / "results/runs").iterdir()
    summary = json.loads((run / "summary.json").read_text())
    assert summary["versions/first_at"] >= 3600.0
    assert list(summary)[-1] == "versions/first_at"
    config = (run / "config.yaml").read_text()
    for name in (
        "agents.Newest",
        "HalfNegatives",
        "Rarely",
        "reluctant(patience=0.6)",
        "log_logistic(",
    ):
        assert name in config
    for file in ("learners", "cadences", "laws", "choices", "metrics"):
        assert f"{file}.broken cannot be imported" in done.stderr
    assert "twice.Copy says users/retained, which another metric says" in done.stderr
    assert "panels.broken cannot be imported" in done.stderr
    page = (folder / "page.html").read_text()
    assert page.index("<h3>Delays</h3>") < page.index("<h3>Requests by contender</h3>")

    assert "hello from a new command" in done.stdout
    assert "sim.lab.cli.broken cannot be imported" in done.stderr
    assert "invalid choice: 'broken'" in done.stderr
    assert "no_part" not in done.stderr
    told = done.stdout.partition("HELP\n")[2].partition("ASKED\n")[0]
    assert "delaylab --help (abtest, attribute, " in told
    assert "fit, hello, new" in told
    assert "newest" in told

    shown = done.stdout.rpartition("SHELVES")[2]
    for part in ("NoPolicy", "Nameless", "Unfinished"):
        assert part not in shown
    assert "Newest" in shown


def test_a_wheel_has_every_package_and_all_data(added):
    (added / "sim/lab/report/novel").mkdir()
    (added / "sim/lab/report/novel/__init__.py").write_text('"""New."""\n')
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    done = python(added, "-c", f"import os; os.makedirs('dist'); {build}")
    assert done.returncode == 0, done.stderr
    (wheel,) = (added / "dist").glob("*.whl")
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = [
        path
        for part in ("sim", "agents")
        for path in (added / part).rglob("*")
        if path.suffix in (".py", ".typed", ".j2")
    ]
    origin = {"sim/_constraints.txt"}  # the copy is no checkout: there is no commit
    assert found == {path.relative_to(added).as_posix() for path in code} | set(data_of(added)) | origin


def data_of(folder: Path):
    """Yield where the data of a checkout are in a wheel."""
    homes = {"conf": "sim/_conf", "scenarios": "sim/_scenarios", "tests/claims": "sim/_claims"}
    for beside, home in homes.items():
        for path in (folder / beside).rglob("*"):
            if path.suffix in (".yaml", ".py", ".csv", ".json"):
                yield f"{home}/{path.relative_to(folder / beside).as_posix()}"


def test_a_part_that_tests_cannot_make_says_what_to_write():
    class Unmakeable:
        def __init__(self, colour):
            self.colour = colour

    with pytest.raises(AssertionError, match="Unmakeable has no default for 'colour': say in tried_with"):
        make(Unmakeable)
    with pytest.raises(AssertionError, match="Unmakeable may have colour='red' and what else"):
        changed(Unmakeable, "colour", "red")
    Unmakeable.tried_with = {"colour": ("red", "blue")}
    assert (make(Unmakeable).colour, changed(Unmakeable, "colour", "red")) == ("red", "blue")


def test_parts_that_share_a_name_are_not_guessed_between():
    from sim.parts import PartWarning, unique

    one, other = type("Wait", (), {}), type("Wait", (), {})
    with pytest.warns(PartWarning, match="have one name, 'Wait'"):
        assert unique([("Wait", one), ("Wait", other), ("Own", one)]) == {"Own": one}
