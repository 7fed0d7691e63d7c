"""Sentences that accuse officials and units, and others that mention them, by writers who hadn't read the rules.

Their checksums were committed before they were opened (`tests/scenarios/accusation_sets/SHA256SUMS`). Since then they
show that the rules don't get worse. When each set was first opened, 4 of 40, 21 of 40 and 25 of 40 accusations were
recognised, each time with more words; of the other sentences 39 of 40, 40 of 40 and 29 of 30 were no accusation.
"""

import json
from pathlib import Path

import pytest

from anninh_core.messaging.inbound.talk.accusations import find_accusation
from anninh_core.testing.apps import shipped_district

SETS = Path(__file__).parents[3] / "scenarios" / "accusation_sets"


def read_sentences(name: str) -> list[str]:
    lines = (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.mark.parametrize(("name", "least"), [("accusing", 38), ("accusing_2", 36), ("accusing_3", 35)])
def test_accusations_are_recognised(name: str, least: int) -> None:
    """Accusations in residents' own words, direct and indirect, are recognised."""
    district = shipped_district()
    missed = [text for text in read_sentences(name) if find_accusation(text, district) is None]
    assert len(read_sentences(name)) - len(missed) >= least, missed


@pytest.mark.parametrize(("name", "most"), [("notaccusing", 0), ("notaccusing_2", 0), ("notaccusing_3", 1)])
def test_mentioning_an_official_is_no_accusation(name: str, most: int) -> None:
    """Calls for help, thanks, questions, and reports of impostors are no accusations."""
    district = shipped_district()
    locked = [text for text in read_sentences(name) if find_accusation(text, district) is not None]
    assert len(locked) <= most, locked
