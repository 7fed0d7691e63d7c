"""Ready answers: wordings of the profile, by module and step, about nobody."""

from pathlib import Path

import pytest
from tests.support.case_office import CaseOffice

from anninh_core.kernel.errors import BadInput, BadProfile, Refused
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.profile import load_profile


def test_officers_find_those_of_their_step(office: CaseOffice) -> None:
    """Asking leaves no entry; what isn't of the step isn't there; a step without any says which have some."""
    reviewer = office.appoint("reviewer")
    before = len(office.entries())
    asked = office.app.tips.ready_answers(office.officer, step="ask_back")
    assert {one.step for one in asked} == {"ask_back"}
    assert {one.step for one in office.app.tips.ready_answers(office.officer)} > {"ask_back", "settle"}
    assert {one.step for one in office.app.inquiries.ready_answers(office.officer, step="answer")} == {"answer"}
    assert office.app.content.ready_answers(reviewer, step="reject")
    with pytest.raises(BadInput, match="ask_back"):
        office.app.tips.ready_answers(office.officer, step="sing")
    assert len(office.entries()) == before


def test_who_does_not_do_the_work_has_none(office: CaseOffice) -> None:
    """An editor reads no tips, a tip officer no items."""
    with pytest.raises(Refused):
        office.app.tips.ready_answers(office.appoint("editor"))
    with pytest.raises(Refused):
        office.app.content.ready_answers(office.officer)


@pytest.mark.parametrize("name", ["hoa_lu_2021", "hai_cap_2025"])
def test_the_shipped_ones_are_about_nobody(name: str) -> None:
    """No number, no receipt, no placeholder, NFC, short enough for one message."""
    answers = load_profile(name).ready_answers
    assert {one.module for one in answers} == {"tip", "inquiry", "item"}
    for one in answers:
        assert not [*find_personal_data(one.text)], one.code
        assert RECEIPT.search(one.text) is None
        assert "{" not in one.text
        assert nfc(one.text) == one.text
        assert len(one.text) < 400


def test_a_code_stands_once(tmp_path: Path) -> None:
    """A profile that has one twice is refused, with the place."""
    path = tmp_path / "mine.toml"
    entry = '[[ready_answers]]\ncode = "a"\nmodule = "tip"\ntitle = "A"\ntext = "B"\n'
    path.write_text(f'extends = "hoa_lu_2021"\n{entry}{entry}', encoding="utf-8")
    with pytest.raises(BadProfile, match=r"ready_answers\.a"):
        load_profile(path)
