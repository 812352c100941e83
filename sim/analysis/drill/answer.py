"""What a drill found, ready to be shown and written."""

from __future__ import annotations

from sim.analysis.drill.drill import Drill
from sim.analysis.drill.sentences import about, answer, captions, headline, name_of
from sim.analysis.drill.table import columns, frame, over_time, plain
from sim.analysis.report.columns import Table
from sim.analysis.report.model import Answer


def answer_of(drill: Drill, scenario: str, agent: str) -> Answer:
    """Return the answer: what the incident costs, and the table.

    Args:
        drill: the drill.
        scenario: the name of the world.
        agent: says which agent ran.
    """
    said = answer(drill)
    return Answer(
        "drill",
        headline(drill),
        "\n".join([*captions(drill), f"{scenario}: {agent}; bands: 95 % intervals"]),
        (Table(f"{scenario}: {name_of(drill)}, in {drill.unit}", columns(drill)), said, f"{agent}. {about(drill)}"),
        {"table": frame(drill), "over time": over_time(drill)},
        plain(drill),
    )
