"""The documents, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
_START = r"(?:python -m (?:sim|tests)|delaylab|make)\b"
_COMMAND = re.compile(rf" {{2,}}({_START}.*)")


def commands(file: Path) -> Iterator[str]:
    """Yield the commands that a page shows, of one or more lines, without what is said beside them."""
    text = re.sub(r" *\\\n *", " ", file.read_text(encoding="utf-8"))
    for line in text.splitlines():
        if found := _COMMAND.fullmatch(line):
            yield re.split(r"  | # ", found[1])[0].strip()


def quoted(file: Path) -> Iterator[str]:
    """Yield what stands between backticks on a page, outside fenced blocks."""
    text = re.sub(r"^```.*?^```$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", text)
