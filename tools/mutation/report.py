"""What came of the mutants: scores with their intervals for people, survivors to look at."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.mutation.mutants import Mutant
from tools.mutation.sample import interval
from tools.mutation.trials import NOBODY
from tools.mutation.worker import BROKEN, SURVIVED, TIMEOUT

_KEY = re.compile(r"^mutant: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        folder: the stratum it was drawn from.
        diff: what was changed.
    """

    folder: str
    mutant: Mutant
    diff: str
    verdict: str

    @property
    def survived(self) -> bool:
        """Whether no test noticed it."""
        return self.verdict in {SURVIVED, NOBODY}


def summary(folders: Iterable[str], outcomes: Sequence[Outcome]) -> tuple[str, float]:
    """Return a table with a line for each folder and one for all, and the score of all."""
    columns = ("sampled", "killed", "of these: timeout", "no import", "survived", "of these: never run")
    lines = ["folder     " + "  ".join(columns) + "  score (95 % interval)"]
    lines += (_line(name, columns, [one for one in outcomes if one.folder == name]) for name in folders)
    lines.append(_line("all", columns, outcomes))
    return "\n".join(lines), _killed(outcomes) / len(outcomes) if outcomes else 1.0


def _killed(outcomes: Iterable[Outcome]) -> int:
    return sum(not one.survived for one in outcomes)


def _line(name: str, columns: Sequence[str], outcomes: Sequence[Outcome]) -> str:
    verdicts = Counter(one.verdict for one in outcomes)
    killed = _killed(outcomes)
    figures = (
        *(len(outcomes), killed, verdicts[TIMEOUT], verdicts[BROKEN]),
        *(len(outcomes) - killed, verdicts[NOBODY]),
    )
    cells = "  ".join(f"{figure:>{len(column)}}" for column, figure in zip(columns, figures, strict=True))
    low, high = interval(killed, len(outcomes))
    score = f"{killed / len(outcomes):.1%}" if outcomes else "-"
    return f"{name:<11}{cells}  {score} ({low:.1%} to {high:.1%})"


def survivors(outcomes: Iterable[Outcome]) -> str:
    """Return the mutants that no test noticed, by file and line, each with its diff."""
    parts = []
    for one in sorted((one for one in outcomes if one.survived), key=lambda one: one.mutant):
        note = "; no test runs it" if one.verdict == NOBODY else ""
        head = f"{one.mutant.path}:{one.mutant.start[0]}{note}\nmutant: {one.mutant.key}"
        parts.append(f"{head}\n{one.diff}\n")
    return "\n".join(parts)


def keys_in(report: str) -> set[str]:
    """Return the keys of the mutants that a report names."""
    return set(_KEY.findall(report))
