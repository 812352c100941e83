"""What a fit says, and what it cannot say."""

from __future__ import annotations

import numpy as np

from sim.analysis.fit.fits import ALIKE, Fitted
from sim.analysis.fit.intervals import FINEST
from sim.analysis.fit.write import duration
from sim.analysis.units import counted

_KNOWN = {"down": "[d, d + {0})", "nearest": "[d - {0}/2, d + {0}/2)", "up": "(d - {0}, d]"}
_NAMED = {1e-3: "milliseconds", 1.0: "seconds", 60.0: "minutes", 3600.0: "hours", 86400.0: "days"}
_WINDOWS = tuple(days * 86400.0 for days in (1 / 24, 0.25, 0.5, 1, 2, 3, 7, 14, 28, 30, 60, 90, 180, 365))
_CUT = 5.0  # answers that should be there and are not: by chance in less than 1 of 100 files
_MUCH = 3.0  # log likelihood that is worth a word
_SURE = 0.95  # where the share that ever answers is at least this, it is known well enough


def data_read(found: Fitted, window: float) -> list[str]:
    """Return what was read: rows, delays and their rounding."""
    lines = [
        f"{counted(found.answered + found.open, 'row')}: {found.answered:,} answered, {found.open:,} did not (yet)."
    ]
    if len(found.fits) == 1:
        why = "there is nothing to fit" if found.longest > 0 else "the clock is too coarse to say more"
        lines.append(f"All delays are {_short(found.longest)}: {why}.")
    elif found.rounding == "instants":
        lines.append(f"Two instants in {_steps(found.step)}: d stands for less than {_short(found.step)} more or less.")
    elif found.rounding == "none":
        lines.append(f"Delays {'' if found.step <= FINEST else f'in {_steps(found.step)}, '}as good as exact.")
    else:
        lines.append(_rounded(found))
    if np.isfinite(window):
        lines.append(f"No answer later than {_short(window)} was recorded: laws are fitted given that.")
    return lines


def _rounded(found: Fitted) -> str:
    told = f"Delays in {_steps(found.step)}{f', {found.zeros:,} of them 0' if found.zeros else ''}"
    why = "as asked"
    if found.gain is not None and found.zeros:
        better = f" (to the nearest would fit better, by {-found.gain:.1f} in log likelihood: --rounding nearest)"
        why = f"as there are zeros{better if found.gain < -_MUCH else ''}"
    elif found.gain is not None:
        why = f"as that fits best, by {found.gain:.1f} in log likelihood; --rounding says otherwise"
        why = "though up and to the nearest fit alike" if found.gain < ALIKE else why
    word = "to the nearest" if found.rounding == "nearest" else found.rounding
    return f"{told}: d stands for {_KNOWN[found.rounding].format(_short(found.step))}, rounded {word}, {why}."


def _steps(step: float) -> str:
    return f"whole {_NAMED[step]}" if step in _NAMED else f"steps of {_short(step)}"


def _short(seconds: float) -> str:
    return duration(seconds, seconds * 1e-6)


def percent(share: float, error: float = 0.0) -> str:
    """Return a share in percent, rounded by its standard error.

    >>> percent(0.0016), percent(0.191), percent(0.99964), percent(0.59654, 0.00155), percent(1.0)
    ('0.16 %', '19.1 %', '99.964 %', '59.65 %', '100 %')
    """
    small = min(share, 1.0 - share)
    if small < 1e-6:
        return "100 %" if share > 0.5 else "0 %"
    places = -np.floor(np.log10(small))
    if 0 < error < np.inf:
        places = max(places, np.ceil(-np.log10(100.0 * error)) + 1)
    places = int(np.clip(places, 1, 6))
    return f"{100.0 * share:.{places}f}".rstrip("0").rstrip(".") + " %"


def doubts(found: Fitted) -> list[str]:
    """Return what the best law cannot say."""
    best = found.fits[0]
    lines = []
    for number in best.numbers:
        if number.name == "ever answers":
            if number.high >= 1.0 and number.low <= _SURE:
                lines.append(
                    f"The share that ever answers is not known: {percent(number.low)} to 100 % fit about as well. It "
                    "takes rows that were watched longer; or state a share that you know, never(p=..., else=...)."
                )
        elif not np.isfinite(number.error):
            lines.append(f"The data do not say what {number.name} is: other values fit as well.")
    lines += _of_window(found)
    chance = 1.63 / np.sqrt(found.answered)  # the 99 % point of Kolmogorov's test
    if best.distance > max(0.1, chance) and len(found.fits) > 1:
        lines.append(
            f"None of these laws is near the data (distance {best.distance:.2f}): see empirical(file=...) instead."
        )
    return lines


def _of_window(found: Fitted) -> list[str]:
    if found.beyond <= _CUT:
        return []
    window = next((window for window in _WINDOWS if window >= found.longest), None)
    option = f"add --window {_short(window)}" if window else "say so by --window"
    longest = duration(found.longest, np.inf)
    return [
        f"By this law {found.beyond:.0f} answers would be later than the longest, {longest}, and none is:"
        f" if the file was cut at a window, {option}."
    ]
