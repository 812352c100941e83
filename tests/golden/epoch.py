"""The results epoch of the golden numbers: what was pinned under it may only be added to.

``epoch.json`` holds the epoch and a digest of each golden number. A number that changes needs a higher
`sim.analysis.identity.RESULTS_EPOCH`, so that no stored run is taken for one of the changed code.
"""

import hashlib
import json
from pathlib import Path

from sim.analysis.identity import RESULTS_EPOCH

FILE = Path(__file__).with_name("epoch.json")


def digests(golden):
    """Return a digest of each number, by study and score."""
    return {
        study: {name: hashlib.sha256(repr(value).encode()).hexdigest()[:8] for name, value in scores.items()}
        for study, scores in golden.items()
    }


def changed(golden, pinned):
    """Return the names of the numbers that are not as they were pinned."""
    now = digests(golden)
    return [
        f"{study}: {name}"
        for study, scores in pinned["digests"].items()
        for name, digest in scores.items()
        if now.get(study, {}).get(name) != digest
    ]


def pin(golden):
    """Write the digests down; a changed number is refused unless the epoch was raised.

    Raises:
        SystemExit: it was not.
    """
    pinned = json.loads(FILE.read_text()) if FILE.is_file() else {"epoch": 0, "digests": {}}
    if pinned["epoch"] == RESULTS_EPOCH and (names := changed(golden, pinned)):
        raise SystemExit(
            f"{len(names)} numbers changed, first {names[0]}: raise RESULTS_EPOCH in sim/analysis/identity.py"
        )
    FILE.write_text(json.dumps({"epoch": RESULTS_EPOCH, "digests": digests(golden)}, indent=1) + "\n")
