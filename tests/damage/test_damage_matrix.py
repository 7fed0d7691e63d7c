"""One damaged record or row stops no notice to an officer: each kind, each sort of damage and each act, pairwise.

The whole matrix is `python -m tests.damage --processes 2`, which takes half an hour.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from tests.damage.damages import iter_damages
from tests.damage.matrix import Cell, Matrix, pairwise
from tests.damage.rules import EXEMPTIONS, RULES, WORDS, Verdict, What, find_fault
from tests.damage.world import Town, build
from tests.domain.audit.altered_store import Postgres, Sqlite
from tests.support.postgres.server import Server

from anninh_core.domain.registry import KINDS

SEED = 26
_SHARE_ON_POSTGRESQL = 0.02

MENDED = (
    ("custodian body", "emergency"),
    ("custodian key", "emergency"),
    ("alarm column schema", "tick"),
    ("account key", "tick"),
    ("case_note key", "tick"),
    ("quarantined column schema", "tick"),
    ("inbox key", "verify"),
    ("outbox key", "verify"),
)
"""Damages over which an act once failed."""
_WORDS = {"emergency": "paged", "tick": "goes on", "verify": "named"}


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """Disable logging, because damage is logged thousands of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, quiet: None) -> Town:
    """Fill the town once."""
    folder = tmp_path_factory.mktemp("damage")
    return build(folder, Sqlite(folder / "anninh.db"))


@pytest.fixture(scope="module")
def matrix(town: Town) -> Matrix:
    """Observe each act once over the undamaged town."""
    return Matrix.of(town)


def test_each_kind_and_queue_is_damaged(town: Town) -> None:
    """For each kind and queue a body is flipped and columns are altered."""
    damaged = {(damage.kind, damage.what) for damage in iter_damages(town)}
    names = [kind.name for kind in KINDS] + ["inbox", "outbox"]
    assert {(name, what) for name in names for what in (What.BODY, What.COLUMN)} <= damaged


def test_a_kind_without_a_record_is_refused(town: Town) -> None:
    """For a new kind without a record in the town, the error names the kind and the file in which to add a record."""
    chosen = {kind: id for kind, id in town.chosen.items() if kind != "tip"}
    with pytest.raises(LookupError, match=r"has no tip: add one in tests/damage/world\.py"):
        list(iter_damages(evolve(town, chosen=chosen)))


def test_a_wrong_verdict_is_a_fault(town: Town) -> None:
    """A verdict that no rule and no exemption allows is a sentence that names the damage, the act and the
    observation.
    """
    damage = next(iter_damages(town))
    assert find_fault(damage, "emergency", Verdict("silent", "no notice")) == f"{damage}: emergency silent: no notice"
    assert find_fault(damage, "emergency", Verdict("paged")) == ""


def test_rules_name_known_words() -> None:
    """Each word of a rule is documented, and each exemption is about an act with rules."""
    assert all(word in WORDS[act] for act, sorts in RULES.items() for words in sorts.values() for word in words)
    assert all(exemption.act in RULES for exemption in EXEMPTIONS)


@pytest.mark.parametrize(("damage", "act"), MENDED)
def test_earlier_failures_stay_fixed(matrix: Matrix, damage: str, act: str) -> None:
    """One damaged record stops neither urgent notices nor other notices, and one that waits without its key is
    named.
    """
    (cell,) = [cell for cell in matrix.cells() if (str(cell.damage), cell.act) == (damage, act)]
    result = matrix.try_cell(cell)
    assert (result.fault, result.word) == ("", _WORDS[act])


@pytest.mark.slow
def test_all_pairs_have_no_fault(matrix: Matrix) -> None:
    """The pairs of kind and act, kind and damage, and damage and act have no fault."""
    assert _faults(matrix, pairwise(matrix.cells(), SEED)) == []


@pytest.mark.slow
def test_some_cells_on_postgresql(tmp_path: Path, quiet: None) -> None:
    """On PostgreSQL some fifty random cells have no fault; the command tries more."""
    with Server(in_memory=True) as server:
        matrix = Matrix.of(build(tmp_path, Postgres(server, server.database())))
        cells = matrix.cells()
        assert _faults(matrix, Random(SEED).sample(cells, round(len(cells) * _SHARE_ON_POSTGRESQL))) == []


def _faults(matrix: Matrix, cells: list[Cell]) -> list[str]:
    return [result.fault for result in matrix.run(cells) if result.fault]
