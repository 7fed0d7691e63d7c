"""One damaged record or row doesn't stop the notices to officers. The tests try pairs of record kind, sort of damage
and act.

The whole matrix is `python -m tests.damage --processes 2`, which takes half an hour.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from tests.damage.damages import iter_damages
from tests.damage.matrix import Cell, Matrix, choose_pairwise
from tests.damage.rules import EXEMPTIONS, RULES, WORDS, DamagedPart, Verdict, find_fault
from tests.damage.world import Town, build_town
from tests.domain.audit.altered_store import PostgresDatabase, SqliteFile
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
"""Damages over which an act failed before a fix, each with the act."""
_WORDS = {"emergency": "paged", "tick": "goes on", "verify": "named"}


@pytest.fixture(scope="module")
def disabled_logging() -> Iterator[None]:
    """Disable logging, because damage is logged thousands of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, disabled_logging: None) -> Town:
    """Return a town with a record of every kind, filled once for all tests."""
    folder = tmp_path_factory.mktemp("damage")
    return build_town(folder, SqliteFile(folder / "anninh.db"))


@pytest.fixture(scope="module")
def matrix(town: Town) -> Matrix:
    """Return the damage matrix after each act was observed once over the undamaged town."""
    return Matrix.of(town)


def test_each_kind_and_queue_is_damaged(town: Town) -> None:
    """For each kind of record and each queue, the matrix has a damage of the body and a damage of a column."""
    damaged = {(damage.kind, damage.what) for damage in iter_damages(town)}
    names = [kind.name for kind in KINDS] + ["inbox", "outbox"]
    assert {(name, what) for name in names for what in (DamagedPart.BODY, DamagedPart.COLUMN)} <= damaged


def test_a_kind_without_a_record_is_refused(town: Town) -> None:
    """For a new kind without a record in the town, the error names the kind and the file in which to add a record."""
    chosen = {kind: id for kind, id in town.chosen.items() if kind != "tip"}
    with pytest.raises(LookupError, match=r"has no tip: add one in tests/damage/world\.py"):
        list(iter_damages(evolve(town, chosen=chosen)))


def test_a_wrong_verdict_is_a_fault(town: Town) -> None:
    """A verdict that no rule and no exemption allows gives a fault: a sentence that names the damage, the act and the
    observation.
    """
    damage = next(iter_damages(town))
    assert find_fault(damage, "emergency", Verdict("silent", "no notice")) == f"{damage}: emergency silent: no notice"
    assert find_fault(damage, "emergency", Verdict("paged")) == ""


def test_rules_name_known_words() -> None:
    """Each word of a rule has a documented meaning, and each exemption is about an act that has rules."""
    assert all(word in WORDS[act] for act, sorts in RULES.items() for words in sorts.values() for word in words)
    assert all(exemption.act in RULES for exemption in EXEMPTIONS)


@pytest.mark.parametrize(("damage", "act"), MENDED)
def test_earlier_failures_stay_fixed(matrix: Matrix, damage: str, act: str) -> None:
    """A damaged record stops neither urgent notices nor other notices, and a waiting row without its key is named."""
    (cell,) = [cell for cell in matrix.cells() if (str(cell.damage), cell.act) == (damage, act)]
    result = matrix.try_cell(cell)
    assert (result.fault, result.word) == ("", _WORDS[act])


@pytest.mark.slow
def test_all_pairs_have_no_fault(matrix: Matrix) -> None:
    """No cell has a fault, in a choice of cells that covers all pairs of kind and act, kind and damage, and damage and
    act.
    """
    assert _find_faults(matrix, choose_pairwise(matrix.cells(), SEED)) == []


@pytest.mark.slow
def test_some_cells_on_postgresql(tmp_path: Path, disabled_logging: None) -> None:
    """On PostgreSQL some fifty random cells of the damage matrix have no fault; `python -m tests.damage` tries more."""
    with Server(in_memory=True) as server:
        matrix = Matrix.of(build_town(tmp_path, PostgresDatabase(server, server.create_database())))
        cells = matrix.cells()
        assert _find_faults(matrix, Random(SEED).sample(cells, round(len(cells) * _SHARE_ON_POSTGRESQL))) == []


def _find_faults(matrix: Matrix, cells: list[Cell]) -> list[str]:
    return [result.fault for result in matrix.run(cells) if result.fault]
