"""``delaylab new``: write a scenario file to start from."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from sim.analysis.paired.scored_run import beside, files_named
from sim.errors import LabError
from sim.lab.cli._options import write_text
from sim.lab.config.grammar import in_quotes
from sim.scenario import Scenario, find
from sim.scenario.json_schema import EDITOR_LINE, IDENTITY, schema_file

HELP = "write a commented scenario file to start from"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME", help="name of the new scenario; the file is NAME.yaml")
    parser.add_argument("--like", default="news_feed", metavar="SCENARIO", help="the scenario to copy (news_feed)")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def _with_schema(text: str, folder: Path) -> str:
    """Return a scenario that tells editors its schema.

    The schema is written beside it, unless another file has its name.
    """
    own, known = folder / schema_file().name, schema_file().read_text(encoding="utf-8")
    if own.exists() and IDENTITY not in own.read_text(encoding="utf-8", errors="replace"):
        return text.replace(f"{EDITOR_LINE}\n", "")
    write_text(own, known)
    return text if EDITOR_LINE in text else f"{EDITOR_LINE}\n{text}"


def main(options: argparse.Namespace) -> int:
    """Copy a scenario under a new name."""
    name = Path(options.name).name.removesuffix(".yaml")
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name):
        raise LabError(f"new: {name!r} is not a name; letters, digits, _ and - are allowed")
    target = Path(options.name).expanduser().with_name(f"{name}.yaml")
    if target.exists() and not options.force:
        raise LabError(f"new: {target} is there already; --force writes over it")
    like = find(options.like)
    text = like.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^name:.*$", lambda _: f"name: {name}", text, count=1)
    text = text.replace("./my_feed.yaml", f"./{name}.yaml")
    write_text(target, _with_schema(text, target.parent))
    for own in files_named(text):  # a comment may name any file
        if beside(own) and (like.parent / own).is_file() and not (target.parent / own).exists():
            shutil.copyfile(like.parent / own, target.parent / own)
    Scenario.load(target)
    shown = str(target) if target.is_absolute() or target.parts[0] == ".." else f"./{target}"
    plain = f"scenario={shown}"
    quoted = plain if re.fullmatch(r"[\w./=-]+", plain, re.ASCII) else in_quotes(plain) or plain
    print(f"wrote {target}; delaylab preview says how long a run of it takes; run it with: python -m sim {quoted}")
    return 0
