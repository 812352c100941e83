"""Every module, file, choice, score and command that the documents name is there."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sim import simulate
from sim.analysis.objective import scores
from sim.lab.cli import commands as known_commands
from tests.docs.pages import PAGES, ROOT, quoted

PLACES = ("agents", "conf", "docs", "results/reference", "scenarios", "sim", "tests")
GROUPS = {"learner", "correction", "cadence", "agent", "experiment", "tracker"}
OF_HYDRA = {"hydra/launcher": {"basic", "processes", "ray", "slurm"}, "hydra/sweeper": {"basic", "delaylab", "optuna"}}
OWN = {"popular", "mine", "NAME"}  # names of what readers add
HEADS = r"regret|reward|staleness|prediction|feedback|versions|triggers|cost|users"


def found(pattern: str) -> list[Any]:
    """Return what a pattern finds between backticks, each with its page."""
    return sorted({(page.name, hit) for page in PAGES for one in quoted(page) for hit in re.findall(pattern, one)})


@cache
def resolves(dotted: str) -> bool:
    """Say whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        with suppress(ModuleNotFoundError):
            thing: Any = import_module(".".join(parts[:cut]))
            for name in parts[cut:]:
                thing = getattr(thing, name, None)
            return thing is not None
    return False


@cache
def names_of_scores() -> frozenset[str]:
    """Return the scores of a summary and the columns of a curve."""
    run = simulate("bernoulli_bandit", agent="uniform", trace=False)
    return frozenset([*scores(), *run.summary, *map(str, run.curve.columns)])


def spread(name: str) -> list[str]:
    """Return the names that one with braces stands for.

    >>> spread("a/{b,c}/d")
    ['a/b/d', 'a/c/d']
    """
    match = re.search(r"\{([^{}]*)\}", name)
    if match is None:
        return [name]
    inner = re.split(r"[, ]+", match[1].strip())
    return [one for part in inner for one in spread(name[: match.start()] + part + name[match.end() :])]


def test_modules_and_what_is_in_them() -> None:
    there = found(r"(?<![\w./-])(?:sim|agents)(?:\.[A-Za-z_]\w*)+")
    assert len(there) > 10
    assert [(page, name) for page, name in there if not resolves(name)] == []


def test_files_and_folders() -> None:
    there = found(rf"(?<![\w./-])(?:{'|'.join(PLACES)})/[\w./-]*")
    assert len(there) > 15
    missing = []
    for page, path in there:
        file = ROOT / path.rstrip(".")
        if not (file.parent if "NAME" in file.name else file).exists():
            missing.append((page, path))
    assert missing == []


def test_choices_of_the_config_groups() -> None:
    there = found(r"(?<![\w./-])(hydra/launcher|hydra/sweeper|[a-z]+)=([\w,]+)(?![\w./])")
    missing = [
        (page, f"{group}={name}")
        for page, (group, names) in there
        for name in names.split(",")
        if (group in GROUPS and name not in OWN and not (ROOT / "conf" / group / f"{name}.yaml").is_file())
        or (group in OF_HYDRA and name not in OF_HYDRA[group])
        or (group == "scenario" and name not in OWN and not (ROOT / "scenarios" / f"{name}.yaml").is_file())
    ]
    assert missing == []


def test_scores() -> None:
    there = found(rf"^(?:{HEADS})(?:/[\w{{}}, *|]+)+$")
    assert len(there) > 20
    known, missing = names_of_scores(), []
    for page, name in there:
        for one in spread(name):
            plain = re.sub(r"/(low|high|half)$", "", one.rstrip("/*"))
            pattern = re.escape(plain).replace("NAME", r"\w+")
            if not any(re.match(rf"{pattern}(/|$)", score) for score in known):
                missing.append((page, one))
    assert missing == []


def test_commands_and_their_flags() -> None:
    there = found(r"^delaylab ([a-z]+)((?: .*)?)$")
    assert len(there) > 10
    texts = {name: Path(str(module.__file__)).read_text() for name, module in known_commands().items()}
    options = (ROOT / "sim/lab/cli/_options.py").read_text()
    assert [(page, command) for page, (command, _) in there if command not in texts] == []
    for page, (command, rest) in there:
        for flag in re.findall(r"--[a-z-]+", rest):
            assert flag in texts[command] + options, (page, command, flag)


SUFFIXES = {".py", ".md", ".yaml", ".toml", ""}
TREES = ("agents", "conf", "docs", "scenarios", "sim", "tests")
TEXTS = sorted(
    file
    for place in TREES
    for file in (ROOT / place).rglob("*")
    if file.is_file() and file.suffix in SUFFIXES and "__pycache__" not in file.parts
) + [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml")]


def test_no_text_refers_to_a_document_that_is_not_there() -> None:
    missing = []
    for file in TEXTS:
        told = "\n".join(line for line in file.read_text(encoding="utf-8").splitlines() if ".md" in line)
        for name in re.findall(r"(?<![\w/.-])((?:docs/)?[A-Za-z][\w-]*\.md)\b", told):
            if not any((folder / name).is_file() for folder in (ROOT, ROOT / "docs", file.parent)):
                missing.append((str(file.relative_to(ROOT)), name))
    assert missing == []


def test_no_text_refers_to_notes_from_elsewhere() -> None:
    word = re.compile(r"\b(DESIGN|REFERENCES)\b")
    texts = [file for file in TEXTS if file != Path(__file__)]
    assert [str(file.relative_to(ROOT)) for file in texts if word.search(file.read_text(encoding="utf-8"))] == []
