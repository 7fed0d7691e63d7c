"""The mutants are those of cosmic-ray, except mutations that can't matter."""

from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="needs the extra `mutation`")

from cosmic_ray.commands import init
from cosmic_ray.work_db import WorkDB
from tools.mutation.mutants import Mutant, apply_mutant, build_diff, find_mutants
from tools.mutation.report import Outcome, build_score_table, find_keys, format_survivors
from tools.mutation.trials import NOBODY
from tools.mutation.worker import BROKEN, KILLED, SURVIVED, TIMEOUT

SOURCE = """from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    Số = 1 | 2


class Phòng:
    @property
    def chỗ(self, *, thêm: "int | None" = 3) -> int | None:
        return 10 * thêm

    @overload
    def đầy(self, khách: int | None) -> bool:
        return khách == 7
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "room.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def found(root: Path) -> list[Mutant]:
    return find_mutants(root, ["room.py"])[0]


def test_order_of_mutants_is_stable(root: Path) -> None:
    """Mutants are found in the same order each time, so that a seed draws the same sample."""
    assert found(root) == found(root) == sorted(found(root))


def test_mutants_are_those_of_cosmic_ray(root: Path) -> None:
    """Each mutant is one of cosmic-ray's, with the same operator, place and count."""
    session = WorkDB(str(root / "session"), WorkDB.Mode.create)
    init([root / "room.py"], session, {})
    of_cosmic_ray = {
        (spec.operator_name, spec.occurrence, tuple(spec.start_pos), tuple(spec.end_pos))
        for item in session.work_items
        for spec in item.mutations
    }
    session.close()
    ours, left_out = find_mutants(root, ["room.py"])
    assert {(mutant.operator, mutant.occurrence, mutant.start, mutant.end) for mutant in ours} <= of_cosmic_ray
    assert len(ours) + left_out.total() == len(of_cosmic_ray)


def test_irrelevant_mutations_are_left_out(root: Path) -> None:
    """Annotations, code for the type checker only and stars of a signature aren't mutated, and columns count
    characters, not bytes.
    """
    places = {(mutant.start, mutant.operator.removeprefix("core/").partition("_")[0]) for mutant in found(root)}
    assert places == {
        ((8, 4), "RemoveDecorator"),
        ((9, 42), "NumberReplacer"),
        ((10, 15), "NumberReplacer"),
        ((10, 18), "ReplaceBinaryOperator"),
        ((14, 21), "ReplaceComparisonOperator"),
        ((14, 24), "NumberReplacer"),
    }


def test_a_mutant_is_the_file_with_one_change(root: Path) -> None:
    """A mutant's source is the file with one change of the operator's kind at the mutant's place."""
    plus = next(mutant for mutant in found(root) if mutant.operator == "core/ReplaceBinaryOperator_Mul_Add")
    assert apply_mutant(plus, SOURCE) == SOURCE.replace("10 * thêm", "10 + thêm")


def test_outdated_mutant_is_refused(root: Path) -> None:
    """A mutant from before a change of the file is refused."""
    with pytest.raises(ValueError, match="was the file changed"):
        apply_mutant(found(root)[0], "")


def test_scores_and_survivors_are_reported(root: Path) -> None:
    """Timed-out and broken mutants count as killed and untested ones as survivors, and the report locates each
    survivor.
    """
    mutants = found(root)
    verdicts = (KILLED, TIMEOUT, BROKEN, SURVIVED, NOBODY)
    outcomes = [
        Outcome("rooms", mutant, build_diff(mutant, SOURCE, apply_mutant(mutant, SOURCE)), verdict)
        for mutant, verdict in zip(mutants, verdicts, strict=False)
    ]
    table, score = build_score_table(["rooms", "halls"], outcomes)
    assert score == 0.6
    assert [line.split()[:7] for line in table.splitlines()[1:]] == [
        ["rooms", "5", "3", "1", "1", "2", "1"],
        ["halls", "0", "0", "0", "0", "0", "0"],
        ["all", "5", "3", "1", "1", "2", "1"],
    ]
    report = format_survivors(outcomes)
    assert find_keys(report) == {mutants[3].key, mutants[4].key}
    assert f"room.py:{mutants[3].start[0]}\n" in report
    assert f"room.py:{mutants[4].start[0]}; no test runs it\n" in report
