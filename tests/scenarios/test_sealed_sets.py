"""The sets of sentences by authors who hadn't read the rules still have the checksums that were committed before the
sets were opened.
"""

import hashlib
from pathlib import Path

import pytest

SETS = sorted(Path(__file__).parent.glob("*_sets"))


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_sets_equal_their_checksums(folder: Path) -> None:
    """Every file of a set is byte-identical to its committed checksum, and no file lacks a checksum."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in map(str.split, lines)}
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.jsonl")} == sums


def test_all_three_sets_exist() -> None:
    """The folders of all three sets exist, since a renamed folder would no longer be compared."""
    assert [folder.name for folder in SETS] == ["accusation_sets", "danger_sets", "follow_up_sets"]
