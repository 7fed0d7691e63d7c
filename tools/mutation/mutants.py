"""The mutants of files, made by cosmic-ray with all its operators."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from tools.mutation import exclusions
from tools.mutation.exclusions import Position


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one file.

    Attributes:
        path: file relative to the root, with slashes.
        operator: cosmic-ray's name of the operator.
        occurrence: index of the position in the file, from 0.
    """

    path: str
    operator: str
    occurrence: int
    start: Position
    end: Position

    @property
    def key(self) -> str:
        """The mutant's name in a report."""
        return f"{self.path} {self.operator} {self.occurrence}"


def find_mutants(root: Path, paths: Iterable[str]) -> tuple[list[Mutant], Counter[str]]:
    """Return the mutants of files in a fixed order, and the number of excluded ones for each reason."""
    mutants: list[Mutant] = []
    left_out: Counter[str] = Counter()
    sources = {path: (root / path).read_text(encoding="utf-8") for path in sorted(paths)}
    for path, source in sources.items():
        reasons = _Reasons(source)
        for mutant in sorted(_all_mutants(path, source)):
            if reason := reasons.left_out(mutant):
                left_out[reason] += 1
            else:
                mutants.append(mutant)
    return mutants, left_out


class _Reasons:
    """The reasons for excluding mutants of one file."""

    def __init__(self, source: str) -> None:
        self._spans = list(exclusions.spans(source))
        self._operations = exclusions.operations(source)

    def left_out(self, mutant: Mutant) -> str:
        """Return the reason for excluding a mutant, or ""."""
        start, end = mutant.start, mutant.end
        if mutant.operator in exclusions.OPERATORS:
            return exclusions.OPERATORS[mutant.operator]
        for reason, first, last in self._spans:
            if first <= start and end <= last:
                return reason
        if mutant.operator.startswith("core/ReplaceBinaryOperator_") and not any(
            first <= start and end <= last for first, last in self._operations
        ):
            return exclusions.NO_OPERATOR
        return ""


def _all_mutants(path: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants that `cosmic-ray init` would list, with one walk of the tree for all operators."""
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if not operator.arguments():  # operators with arguments replace variables by name
            places = chain.from_iterable(map(operator().mutation_positions, nodes))
            for occurrence, (start, end) in enumerate(places):
                yield Mutant(path, name, occurrence, tuple(start), tuple(end))


def mutate(mutant: Mutant, source: str) -> str:
    """Return the file's text with the mutant applied.

    Raises:
        ValueError: the file has no such position.
    """
    mutated = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    if not isinstance(mutated, str):
        raise ValueError(f"{mutant.key}: no such place; was the file changed meanwhile?")  # noqa: TRY004
    return mutated


def difference(mutant: Mutant, source: str, mutated: str) -> str:
    """Return the change as a diff with two lines around it."""
    lines = difflib.unified_diff(source.splitlines(), mutated.splitlines(), mutant.path, mutant.path, n=2, lineterm="")
    return "\n".join(lines)
