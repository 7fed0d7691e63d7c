"""The mutants of some files, as cosmic-ray makes them with all its operators."""

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
        path: the file, relative to the root, with slashes.
        operator: cosmic-ray's name of what is done.
        occurrence: to the how manieth place in the file, from 0 on.
    """

    path: str
    operator: str
    occurrence: int
    start: Position
    end: Position

    @property
    def key(self) -> str:
        """What names it in a report."""
        return f"{self.path} {self.operator} {self.occurrence}"


def find_mutants(root: Path, paths: Iterable[str]) -> tuple[list[Mutant], Counter[str]]:
    """Return the mutants of some files in a fixed order, and how many were left out by each reason."""
    found: list[Mutant] = []
    left_out: Counter[str] = Counter()
    sources = {path: (root / path).read_text(encoding="utf-8") for path in sorted(paths)}
    for path, source in sources.items():
        why = _Reasons(source)
        for mutant in sorted(_all_mutants(path, source)):
            if reason := why.left_out(mutant):
                left_out[reason] += 1
            else:
                found.append(mutant)
    return found, left_out


class _Reasons:
    """Why mutants of one file are left out."""

    def __init__(self, source: str) -> None:
        self._spans = list(exclusions.spans(source))
        self._operations = exclusions.operations(source)

    def left_out(self, mutant: Mutant) -> str:
        """Return the reason, "" for a mutant that counts."""
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
    """Yield what `cosmic-ray init` would list, the tree walked once only instead of once for each operator."""
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if not operator.arguments():  # with arguments are those that replace variables by name
            places = chain.from_iterable(map(operator().mutation_positions, nodes))
            for occurrence, (start, end) in enumerate(places):
                yield Mutant(path, name, occurrence, tuple(start), tuple(end))


def mutate(mutant: Mutant, source: str) -> str:
    """Return the file with the change in it.

    Raises:
        ValueError: there is no such place in the file.
    """
    mutated = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    if not isinstance(mutated, str):
        raise ValueError(f"{mutant.key}: no such place; was the file changed meanwhile?")  # noqa: TRY004
    return mutated


def difference(mutant: Mutant, source: str, mutated: str) -> str:
    """Return the change as a diff with two lines around it."""
    lines = difflib.unified_diff(source.splitlines(), mutated.splitlines(), mutant.path, mutant.path, n=2, lineterm="")
    return "\n".join(lines)
