"""Finds the mutants of files with all operators of the program cosmic-ray."""

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
    """One small change of one file.

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
    """Return the mutants of files in a fixed order, and for each reason the number of mutants that are excluded."""
    mutants: list[Mutant] = []
    left_out: Counter[str] = Counter()
    sources = {path: (root / path).read_text(encoding="utf-8") for path in sorted(paths)}
    for path, source in sources.items():
        reasons = _ExclusionReasons(source)
        for mutant in sorted(_iter_all_mutants(path, source)):
            if reason := reasons.find_reason(mutant):
                left_out[reason] += 1
            else:
                mutants.append(mutant)
    return mutants, left_out


class _ExclusionReasons:
    """The reasons for excluding mutants of one file."""

    def __init__(self, source: str) -> None:
        self._spans = list(exclusions.iter_excluded_parts(source))
        self._operations = exclusions.find_binary_operators(source)

    def find_reason(self, mutant: Mutant) -> str:
        """Return the reason why a mutant is excluded, or "" if it isn't."""
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


def _iter_all_mutants(path: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants that `cosmic-ray init` would list, with one walk of the tree for all operators."""
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if not operator.arguments():  # Operators with arguments are left out, because they replace variables by name.
            places = chain.from_iterable(map(operator().mutation_positions, nodes))
            for occurrence, (start, end) in enumerate(places):
                yield Mutant(path, name, occurrence, tuple(start), tuple(end))


def apply_mutant(mutant: Mutant, source: str) -> str:
    """Return the file's text with the mutant applied.

    Raises:
        ValueError: the file has no such position.
    """
    mutated = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    if not isinstance(mutated, str):
        raise ValueError(f"{mutant.key}: no such place; was the file changed meanwhile?")  # noqa: TRY004
    return mutated


def build_diff(mutant: Mutant, source: str, mutated: str) -> str:
    """Return the mutant's change as a diff with two lines around it."""
    lines = difflib.unified_diff(source.splitlines(), mutated.splitlines(), mutant.path, mutant.path, n=2, lineterm="")
    return "\n".join(lines)
