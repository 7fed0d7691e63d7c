"""An interface phrases sentences for its reader: translated, with labels, dates and its own names of acts."""

from datetime import UTC, date, datetime

from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput, RequestRejected, WrongStep
from anninh_core.kernel.sentences import Sentence
from anninh_core.language.phrasing import Phrasing, label_check

ERROR = WrongStep("Tip {receipt} is {state}: there is nothing to withdraw.", receipt="AB-1", state=TipState.CLOSED)


def test_an_error_in_english_and_in_vietnamese() -> None:
    """An error's template is translated, and a state is shown by its label."""
    assert Phrasing("en").error(ERROR) == str(ERROR).replace("closed", "closed")
    assert Phrasing("vi").error(ERROR) == "Tin AB-1 đang ở trạng thái “đã kết thúc”: không còn gì để rút."


def test_plugin_error_is_shown_unchanged() -> None:
    """A plugin's plain text isn't translated, and braces in it have no meaning."""
    for language in ("en", "vi"):
        assert Phrasing(language).error(RequestRejected('no {credit} in {"account": 1}')) == (
            'no {credit} in {"account": 1}'
        )


def test_a_foreign_error_is_shown_by_its_text() -> None:
    """An error of another library within a sentence is shown by its text."""
    wrapped = BadInput("The file {file} isn't valid ({reason}).", file="a.toml", reason=ValueError("line 3"))
    assert Phrasing("en").error(wrapped) == "The file a.toml isn't valid (line 3)."


def test_interfaces_name_acts_their_own_way() -> None:
    """An act is named by the operation, the command or the button's title, depending on the interface."""
    sentence = Sentence("Tip {receipt} isn't triaged: use {act:tips.triage}.", receipt="AB-1")
    board = Phrasing("en", name_act=lambda operation: {"tips.triage": "“Triage”"}[operation])
    assert Phrasing("en").sentence(sentence) == "Tip AB-1 isn't triaged: use `tips.triage`."
    assert board.sentence(sentence) == "Tip AB-1 isn't triaged: use “Triage”."


def test_dates_and_numbers_use_vietnamese_format() -> None:
    """Dates, moments in Vietnamese time and grouped digits are written in Vietnamese format."""
    phrasing = Phrasing("vi")
    assert phrasing.sentence(Sentence("{day}", day=date(2026, 12, 2))) == "02/12/2026"
    assert phrasing.sentence(Sentence("{at}", at=datetime(2026, 12, 2, 1, tzinfo=UTC))) == "02/12/2026 08:00"
    assert phrasing.sentence(Sentence("{count:,}", count=12345)) == "12.345"


def test_units_and_officers_are_shown_by_name() -> None:
    """Units and officers are shown by name if the interface knows the name; otherwise the id is shown in quotes."""
    phrasing = Phrasing("vi", lambda name, value: {"hoa-lu": "Huyện Hoa Lư"}.get(value, value))
    assert phrasing.sentence(Sentence("{unit!r}", unit="hoa-lu")) == "Huyện Hoa Lư"
    assert phrasing.sentence(Sentence("{unit!r}", unit="x")) == "“x”"


def test_check_names_are_translated_by_word() -> None:
    """The name of a check is translated word by word, except for the name of a messenger in it."""
    assert label_check("oa access", "vi") == "oa truy cập"
    assert label_check("clock", "vi") == "đồng hồ"
    assert label_check("oa access", "en") == "oa access"
