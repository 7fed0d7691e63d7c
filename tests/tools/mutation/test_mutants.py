"""Which mutants there are: those of cosmic-ray, without what can't matter."""

from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="needs the extra `mutation`")

from cosmic_ray.commands import init
from cosmic_ray.work_db import WorkDB
from tools.mutation.mutants import Mutant, difference, find_mutants, mutate
from tools.mutation.report import Outcome, keys_in, summary, survivors
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
    """Write the file."""
    (tmp_path / "room.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def found(root: Path) -> list[Mutant]:
    return find_mutants(root, ["room.py"])[0]


def test_they_are_in_the_same_order_each_time(root: Path) -> None:
    """Which a seed needs to draw the same ones."""
    assert found(root) == found(root) == sorted(found(root))


def test_they_are_those_of_cosmic_ray(root: Path) -> None:
    """By the same operator, at the same place, counted alike: none is ours."""
    session = WorkDB(str(root / "session"), WorkDB.Mode.create)
    init([root / "room.py"], session, {})
    listed = {
        (spec.operator_name, spec.occurrence, tuple(spec.start_pos), tuple(spec.end_pos))
        for item in session.work_items
        for spec in item.mutations
    }
    session.close()
    ours, left_out = find_mutants(root, ["room.py"])
    assert {(one.operator, one.occurrence, one.start, one.end) for one in ours} <= listed
    assert len(ours) + left_out.total() == len(listed)


def test_what_cannot_matter_is_left_out(root: Path) -> None:
    """Annotations, what only the type checker reads, stars that multiply nothing; two bytes are one character."""
    places = {(one.start, one.operator.removeprefix("core/").partition("_")[0]) for one in found(root)}
    assert places == {
        ((8, 4), "RemoveDecorator"),
        ((9, 42), "NumberReplacer"),
        ((10, 15), "NumberReplacer"),
        ((10, 18), "ReplaceBinaryOperator"),
        ((14, 21), "ReplaceComparisonOperator"),
        ((14, 24), "NumberReplacer"),
    }


def test_a_mutant_is_the_file_with_one_change(root: Path) -> None:
    """Of the operator's kind, at its place."""
    plus = next(one for one in found(root) if one.operator == "core/ReplaceBinaryOperator_Mul_Add")
    assert mutate(plus, SOURCE) == SOURCE.replace("10 * thêm", "10 + thêm")


def test_a_place_that_is_gone_is_refused(root: Path) -> None:
    """A report from before the file was changed doesn't try something else instead."""
    with pytest.raises(ValueError, match="was the file changed"):
        mutate(found(root)[0], "")


def test_scores_and_survivors_are_told(root: Path) -> None:
    """Hanging and broken mutants count as killed, those that no test runs as survivors; each survivor can be found."""
    mutants = found(root)
    verdicts = (KILLED, TIMEOUT, BROKEN, SURVIVED, NOBODY)
    outcomes = [
        Outcome("rooms", mutant, difference(mutant, SOURCE, mutate(mutant, SOURCE)), verdict)
        for mutant, verdict in zip(mutants, verdicts, strict=False)
    ]
    table, score = summary(["rooms", "halls"], outcomes)
    assert score == 0.6
    assert [line.split()[:7] for line in table.splitlines()[1:]] == [
        ["rooms", "5", "3", "1", "1", "2", "1"],
        ["halls", "0", "0", "0", "0", "0", "0"],
        ["all", "5", "3", "1", "1", "2", "1"],
    ]
    told = survivors(outcomes)
    assert keys_in(told) == {mutants[3].key, mutants[4].key}
    assert f"room.py:{mutants[3].start[0]}\n" in told
    assert f"room.py:{mutants[4].start[0]}; no test runs it\n" in told
