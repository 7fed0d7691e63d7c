"""Sentences that were written by people who had read no rule are the ones whose sums were committed unopened."""

import hashlib
from pathlib import Path

import pytest

SETS = sorted(Path(__file__).parent.glob("*_sets"))


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_the_sets_are_those_whose_sums_were_committed(folder: Path) -> None:
    """Byte for byte, and no file is without a sum."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in map(str.split, lines)}
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.jsonl")} == sums


def test_all_three_are_there() -> None:
    """A folder that was renamed would no longer be compared."""
    assert [folder.name for folder in SETS] == ["accusation_sets", "danger_sets", "follow_up_sets"]
