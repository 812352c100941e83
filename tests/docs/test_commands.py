"""Every command that the documents show is one that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, RangeSweep
from hydra.types import RunMode
from omegaconf import OmegaConf

from sim.analysis.decision import AskedDecision
from sim.analysis.jobs.command_line import elsewhere, flags_first, for_hydra
from sim.analysis.sensitivity.ranges import ranges_of
from sim.lab.cli import for_argparse, main, parser
from sim.lab.config.compose import Composer
from sim.lab.config.job import job_of, parted, plain
from sim.lab.config.overrides import values
from sim.lab.entry.hydra_plugin import register
from sim.lab.report.decisions.base import decisions
from sim.laws.durations import text
from sim.scenario.library import data_dir
from tests.bench.__main__ import PARTS
from tests.docs.pages import PAGES, ROOT, commands

CONF = data_dir("conf") / "config.yaml"
SHOWN = sorted({command for page in [*PAGES, CONF] for command in commands(page) if "…" not in command})
TAKEN: set[tuple[str, ...]] = set()  # jobs, which several commands have
FITTING: set[str] = set()  # overrides that are in one of them
OF_PART = re.compile(r"\+*(agent|learner|correction|cadence)\.")  # a key that fits some choices only
FLAGS = {"-m": 0, "--help": 0, "--config-dir": 1, "--cfg": 1}
OWN = """
class Popular:
    def __init__(self, smoothing=1.0): ...
    def train(self, experience): ...
    def policy(self): ...
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with the files that the documents have people write."""
    folder = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.syspath_prepend(str(folder))
        assert main(["new", "my_feed"]) == main(["new", "mine"]) == 0
        (folder / "my_agents.py").write_text(OWN)
        (folder / "my_conf" / "learner").mkdir(parents=True)
        (folder / "my_conf" / "learner" / "popular.yaml").write_text("_target_: my_agents.Popular\nsmoothing: 2.0\n")
        yield folder


def test_the_documents_show_commands() -> None:
    assert len(SHOWN) > 50
    assert "python -m sim -m cadence=online,hourly,nightly replications.until=settled" in SHOWN
    assert "delaylab compare NAME --map map.png" in SHOWN
    assert any(
        command.startswith("python -m sim -m hydra/sweeper=optuna ") and "objective=" in command for command in SHOWN
    )


@pytest.fixture(scope="module")
def compose(here: Path) -> Iterator[Composer]:
    """Compose the jobs of all commands as those of one sweep, each choice of groups once."""
    register()
    with initialize_config_dir(str(CONF.parent), version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        yield Composer(loader, loader.load_configuration("config", [], RunMode.MULTIRUN))


@pytest.mark.parametrize("command", SHOWN)
def test_a_command_is_taken(command: str, here: Path, compose: Composer) -> None:
    words = shlex.split(command)
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert set(words[1:]) <= set(targets)
    elif words[:3] == ["python", "-m", "tests.bench"]:
        assert set(words[3:]) <= set(PARTS)
    elif words[:3] == ["python", "-m", "sim"]:
        composes(words[3:], here, compose)
    elif words[:2] in (["delaylab", "run"], ["delaylab", "attribute"]):
        composes(words[2:], here, compose)
    elif words[:2] in (["delaylab", "abtest"], ["delaylab", "sensitivity"]):
        options = parser(words[1]).parse_args(for_argparse(words[1:]))
        for side in (options.a, options.b):
            composes([*options.overrides, *shlex.split(side)], here, compose)
        for end in (end for one in ranges_of(getattr(options, "ranges", [])) for end in one.overrides):
            composes([*options.overrides, end], here, compose)
    else:
        assert callable(parser(words[1]).parse_args(for_argparse(words[1:])).main)


def test_a_command_without_m_is_composed_as_one_run(compose: Composer) -> None:
    """The others are composed as jobs of a sweep, which is quicker."""
    command = "python -m sim scenario=shop agent=ranker_nightly trace=true"
    assert command in SHOWN
    overrides = shlex.split(command)[3:]
    single = GlobalHydra.instance().config_loader().load_configuration("config", overrides, RunMode.RUN)
    job = compose(overrides)
    assert job_of(single, parted(single)).hash == job_of(job, parted(job)).hash


@pytest.mark.parametrize(
    "wrong",
    [
        "python -m sim learner.alfa=1",
        "python -m sim agent=linucb",
        "python -m sim cadence=online,hourly",
        "python -m sim -m cadence=online,hurly",
        "python -m sim -m scenario.platform.push=0s,20",
        "python -m sim -m experiment=vendor_rules scenario=news_feed,shop",
        "delaylab compare --bseline x",
        "delaylab prevew my_feed.yaml",
        "make tests",
    ],
)
def test_a_command_that_is_wrong_is_found(wrong: str, here: Path, compose: Composer) -> None:
    with pytest.raises((Exception, SystemExit)):
        test_a_command_is_taken(wrong, here, compose)


def composes(arguments: list[str], here: Path, compose: Composer) -> None:
    """Compose and check the jobs of a command.

    Each value of each axis is in one of them, or in one of another command if it fits whatever is beside it.
    """
    flags, overrides = split(arguments)
    assert elsewhere(overrides) is None
    several = "-m" in flags
    own = [f"hydra.searchpath=[file://{here / 'my_conf'}]"] if "--config-dir" in flags else []
    loader = GlobalHydra.instance().config_loader()
    parsed = OverridesParser.create(config_loader=loader).parse_overrides([for_hydra(one) for one in overrides])
    axes = [axis(one) for one in parsed]
    swept = any(one.startswith("experiment=") for one in overrides)
    scenarios = any(len(one) > 1 and one[0].startswith("scenario=") for one in axes)
    whole = swept or scenarios or any("decision" in one for one in overrides)  # what fits depends on all that is beside
    assert several or swept or all(len(one) == 1 for one in axes), "several values make a sweep: add -m"
    for place in range(max(map(len, axes), default=1)):
        job = (*own, *(one[place % len(one)] for one in axes))
        known = place > 0 and not whole and FITTING.issuperset(job) and not any(map(OF_PART.match, job))
        if known or job in TAKEN:
            continue
        config = compose(job)
        if (told := plain(config.decision)) is not None:
            AskedDecision.of(told, decisions()).check_fits(partial(OmegaConf.select, config))
        assert job_of(config, parted(config)).hash
        TAKEN.add(job)
        FITTING.update(job)


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the flags, without what follows them, and the overrides."""
    flags, overrides, rest = [], [], iter(flags_first(arguments) if "--config-dir" not in arguments else arguments)
    for word in rest:
        if word in FLAGS:
            flags.append(word)
            list(islice(rest, FLAGS[word]))
        else:
            assert not word.startswith("--"), word
            overrides.append(word)
    return flags, overrides


def axis(override) -> list[str]:
    """Return the values of an axis, each as an override; of a range the first and the last."""
    swept = override.value()
    if isinstance(swept, IntervalSweep):
        return ends(override, swept)
    found = values(override)
    return [found[0], found[-1]] if isinstance(swept, RangeSweep) else found


def ends(override, span: IntervalSweep) -> list[str]:
    """Return the ends of an interval, each as an override."""
    timed = "seconds" in span.tags
    return [f"{override.get_key_element()}={text(float(end)) if timed else end}" for end in (span.start, span.end)]
