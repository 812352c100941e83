"""What the documents show is what happens: their Python blocks are run, and the table of keys is the schema's."""

import doctest
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sim.scenario.errors import blocks_in, is_named, key_of
from sim.scenario.schema import World

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = page.read_text()
    if ">>>" not in text:
        pytest.skip("no Python on this page")
    # a closing fence would count as output
    unfenced = text.replace("\n```\n", "\n\n")
    test = doctest.DocTestParser().get_doctest(unfenced, {"tmp": tmp_path}, page.name, str(page), 0)
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert result.failed == 0


def spelt(default):
    """Return a default as YAML spells it."""
    return str(default).lower() if isinstance(default, bool) else default


def rows(model: type[BaseModel] = World, above: str = "", optional: bool = False):
    """Yield a table row per key of the schema; ``optional`` says whether its block may be absent."""
    for name, field in model.model_fields.items():
        blocks, key = blocks_in(field.annotation), key_of(name, field)
        default = field.get_default()
        told = "absent" if default is None else f"`{spelt(default)}`"
        told = "" if default in (PydanticUndefined, "") or blocks else told
        needed = "required" if optional else "**needed**"
        last = f" {needed} " if field.is_required() else f" {told} " if told else " "
        yield f"| `{above}{key}` | {field.description} |{last}|"
        for inner in blocks:
            named = "NAME." if is_named(field.annotation) else ""
            yield from rows(inner, f"{above}{key}.{named}", optional or default is None)


def test_every_key_is_in_the_table():
    page = (ROOT / "docs/scenarios.md").read_text()
    assert [row for row in rows() if row not in page] == []


def test_pages_link_to_pages_that_are_there():
    import re

    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


if __name__ == "__main__":
    print("\n".join(rows()))


FIRST_READ = (
    "sim/ports",
    "agents/learners/gaussian_thompson.py",
    "agents/corrections/observed_only.py",
    "sim/kernel/run.py",
    "sim/pipeline/platform.py",
)


def test_a_first_read_is_some_900_lines():
    named = (ROOT / "docs" / "kernel.md").read_text(encoding="utf-8").split("A first read, some 900 lines", 1)[1]
    assert [name for name in FIRST_READ if f"`{name}`" not in named] == []
    files = [ROOT / "README.md", ROOT / "docs" / "kernel.md"]
    for path in (ROOT / name for name in FIRST_READ):
        files += sorted(path.glob("*.py")) if path.is_dir() else [path]
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) <= 935
