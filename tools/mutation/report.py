"""Reports a mutation run: scores with confidence intervals, and a list of surviving mutants."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.mutation.mutants import Mutant
from tools.mutation.sample import compute_interval
from tools.mutation.trials import NOBODY
from tools.mutation.worker import BROKEN, SURVIVED, TIMEOUT

_KEY = re.compile(r"^mutant: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """The outcome of trying a mutant.

    Attributes:
        folder: stratum of the sample.
        diff: the change.
    """

    folder: str
    mutant: Mutant
    diff: str
    verdict: str

    @property
    def is_surviving(self) -> bool:
        """Whether no test has detected the mutant."""
        return self.verdict in {SURVIVED, NOBODY}


def build_score_table(folders: Iterable[str], outcomes: Sequence[Outcome]) -> tuple[str, float]:
    """Return a table of scores, with a line for each folder and one for all, and the score of all."""
    columns = ("sampled", "killed", "of these: timeout", "no import", "survived", "of these: never run")
    lines = ["folder     " + "  ".join(columns) + "  score (95 % interval)"]
    lines += (
        _format_line(name, columns, [outcome for outcome in outcomes if outcome.folder == name]) for name in folders
    )
    lines.append(_format_line("all", columns, outcomes))
    return "\n".join(lines), _count_killed(outcomes) / len(outcomes) if outcomes else 1.0


def _count_killed(outcomes: Iterable[Outcome]) -> int:
    return sum(not outcome.is_surviving for outcome in outcomes)


def _format_line(name: str, columns: Sequence[str], outcomes: Sequence[Outcome]) -> str:
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    killed = _count_killed(outcomes)
    figures = (
        *(len(outcomes), killed, verdicts[TIMEOUT], verdicts[BROKEN]),
        *(len(outcomes) - killed, verdicts[NOBODY]),
    )
    cells = "  ".join(f"{figure:>{len(column)}}" for column, figure in zip(columns, figures, strict=True))
    low, high = compute_interval(killed, len(outcomes))
    score = f"{killed / len(outcomes):.1%}" if outcomes else "-"
    return f"{name:<11}{cells}  {score} ({low:.1%} to {high:.1%})"


def format_survivors(outcomes: Iterable[Outcome]) -> str:
    """Return the surviving mutants by file and line, each with its diff."""
    parts = []
    for outcome in sorted(
        (outcome for outcome in outcomes if outcome.is_surviving), key=lambda outcome: outcome.mutant
    ):
        note = "; no test runs it" if outcome.verdict == NOBODY else ""
        head = f"{outcome.mutant.path}:{outcome.mutant.start[0]}{note}\nmutant: {outcome.mutant.key}"
        parts.append(f"{head}\n{outcome.diff}\n")
    return "\n".join(parts)


def find_keys(report: str) -> set[str]:
    """Return the keys of the mutants in a report."""
    return set(_KEY.findall(report))
