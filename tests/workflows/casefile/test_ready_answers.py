"""Ready answers are wordings that the profile defines by module and step, without personal data."""

from pathlib import Path

import pytest
from tests.support.case_office import CaseOffice

from anninh_core.kernel.errors import BadInput, BadProfile, Refused
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.profile import load_profile


def test_ready_answers_are_listed_by_step(office: CaseOffice) -> None:
    """Officers get the ready answers of a step without a journal entry; for an unknown step the error lists the steps
    that have ready answers.
    """
    reviewer = office.appoint("reviewer")
    before = len(office.read_entries())
    answers = office.app.tips.ready_answers(office.officer, step="ask_back")
    assert {answer.step for answer in answers} == {"ask_back"}
    assert {answer.step for answer in office.app.tips.ready_answers(office.officer)} > {"ask_back", "settle"}
    assert {answer.step for answer in office.app.inquiries.ready_answers(office.officer, step="answer")} == {"answer"}
    assert office.app.content.ready_answers(reviewer, step="reject")
    with pytest.raises(BadInput, match="ask_back"):
        office.app.tips.ready_answers(office.officer, step="sing")
    assert len(office.read_entries()) == before


def test_ready_answers_need_the_work_permission(office: CaseOffice) -> None:
    """An editor gets no ready answers for tips, and a tip officer gets none for items."""
    with pytest.raises(Refused):
        office.app.tips.ready_answers(office.appoint("editor"))
    with pytest.raises(Refused):
        office.app.content.ready_answers(office.officer)


@pytest.mark.parametrize("name", ["hoa_lu_2021", "hai_cap_2025"])
def test_shipped_ready_answers_are_impersonal(name: str) -> None:
    """The shipped ready answers have no number, receipt or placeholder, are in Unicode form NFC, and fit into one
    message.
    """
    answers = load_profile(name).ready_answers
    assert {answer.module for answer in answers} == {"tip", "inquiry", "item"}
    for answer in answers:
        assert not [*find_personal_data(answer.text)], answer.code
        assert RECEIPT.search(answer.text) is None
        assert "{" not in answer.text
        assert nfc(answer.text) == answer.text
        assert len(answer.text) < 400


def test_ready_answer_codes_are_unique(tmp_path: Path) -> None:
    """A profile in which two ready answers have the same code is refused, and the error names the place."""
    path = tmp_path / "mine.toml"
    entry = '[[ready_answers]]\ncode = "a"\nmodule = "tip"\ntitle = "A"\ntext = "B"\n'
    path.write_text(f'extends = "hoa_lu_2021"\n{entry}{entry}', encoding="utf-8")
    with pytest.raises(BadProfile, match=r"ready_answers\.a"):
        load_profile(path)
