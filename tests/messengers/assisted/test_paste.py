"""Group messages that a person pastes as text are parsed into messages."""

from datetime import datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.messengers.assisted.paste import MAX_CHARACTERS, Paste, convert_paste, read_paste
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

AT = datetime(2021, 9, 2, 20, 0, tzinfo=VIETNAM)


def parse_paste(text: str, group: str = "thon-thu", name: str = "", at: datetime = AT) -> list[InboundMessage]:
    return convert_paste(Paste(group=group, text=text, at=at, name=name), "nhom", b"secret")


def describe_messages(messages: list[InboundMessage]) -> list[tuple[str, str, str]]:
    return [(message.sender_name, message.text, f"{message.sent_at:%d/%m/%Y %H:%M}") for message in messages]


def test_lines_with_headers_are_messages() -> None:
    """Lines that begin with time, date and name are messages, and other lines continue the message before."""
    text = (
        "[19:42, 01/09/2021] Thử Văn An: Có người lạ: 3 xe\nbiển 00A-000.00\n\n"
        "[19:43] Thử Thị Bình: Ở đâu ạ?\r\n"
        "[02/09/2021, 07:05] Thử Văn An: \nĐầu ngõ"
    )
    assert describe_messages(parse_paste(text)) == [
        ("Thử Văn An", "Có người lạ: 3 xe\nbiển 00A-000.00", "01/09/2021 19:42"),
        ("Thử Thị Bình", "Ở đâu ạ?", "02/09/2021 19:43"),
        ("Thử Văn An", "Đầu ngõ", "02/09/2021 07:05"),
    ]


def test_text_before_the_first_header_is_kept() -> None:
    """Text before the first header is a message of an unknown sender, at the time of the paste."""
    assert describe_messages(parse_paste("phần đuôi\n[19:42] Thử Văn An: vâng")) == [
        ("", "phần đuôi", "02/09/2021 20:00"),
        ("Thử Văn An", "vâng", "02/09/2021 19:42"),
    ]


def test_blocks_of_name_text_and_time() -> None:
    """Blocks of name, text and time on separate lines are messages; a block without a name belongs to the sender
    before.
    """
    text = "Thử Văn An\nCháy rồi!\nGần chợ\n19:42\n\nnhanh lên\n19:43\nThử Thị Bình\nĐã gọi 114\n19:44 01/09/2021\n"
    assert describe_messages(parse_paste(text)) == [
        ("Thử Văn An", "Cháy rồi!\nGần chợ", "02/09/2021 19:42"),
        ("Thử Văn An", "nhanh lên", "02/09/2021 19:43"),
        ("Thử Thị Bình", "Đã gọi 114", "01/09/2021 19:44"),
    ]


def test_long_first_line_is_no_name() -> None:
    """A block that begins with a long line has no name and belongs to the sender before."""
    long = "Báo cáo tình hình trong đêm " * 4
    assert describe_messages(parse_paste(f"Thử Văn An\nmột\n19:42\n{long}\nhết\n19:43"))[1][:2] == (
        "Thử Văn An",
        f"{long}\nhết",
    )


def test_end_of_a_block_without_time_is_kept() -> None:
    """Text after the last time is a message at the time of the paste."""
    assert describe_messages(parse_paste("Thử Văn An\nmột\n19:42\nThử Thị Bình\nhai"))[1] == (
        "Thử Thị Bình",
        "hai",
        "02/09/2021 20:00",
    )


def test_time_later_than_the_paste_is_yesterday() -> None:
    """A time without a date that is later than the paste is of the day before."""
    assert describe_messages(parse_paste("[21:15] Thử Văn An: hôm qua"))[0][2] == "01/09/2021 21:15"


def test_plain_text_is_one_message() -> None:
    """Any other text is one message, of the named sender or of an unknown one."""
    text = "Họp lúc 19:30 ngày 02/09/2021 tại nhà văn hóa"
    assert describe_messages(parse_paste(f"  {text}\n", name="Thử Văn An")) == [
        ("Thử Văn An", text, "02/09/2021 20:00")
    ]
    assert describe_messages(parse_paste(text)) == [("", text, "02/09/2021 20:00")]


@pytest.mark.parametrize("line", ["[25:00] An: x", "[19:42, 31/02/2021] An: x", "[abc] An: x", "25:99", "[1, 2] a: b"])
def test_impossible_times_are_just_text(line: str) -> None:
    """A line with an impossible time stays text."""
    assert [message.text for message in parse_paste(line)] == [line]


def test_text_is_nfc() -> None:
    """Decomposed names and texts are stored composed."""
    (message,) = parse_paste(normalize("NFD", "[19:42] Thử Văn An: Cứu với"))
    assert (message.sender_name, message.text) == ("Thử Văn An", "Cứu với")


def test_sender_id_hides_the_name() -> None:
    """The group is the conversation and the sender a person; the sender's id doesn't contain the name."""
    (message,) = parse_paste("[19:42] Thử Văn An: vâng")
    assert message.conversation == Address("nhom", Place.GROUP, "thon-thu")
    assert message.sender.place is Place.PERSON
    assert "An" not in message.sender.id


def test_same_name_is_the_same_sender_within_a_group() -> None:
    """A name in a group has one pseudonym, in capitals or small letters; another group or name gives another
    pseudonym.
    """
    first, second, other = parse_paste("[19:42] Thử Văn An: a\n[19:43] thử văn an: b\n[19:44] Thử Thị Bình: c")
    (elsewhere,) = parse_paste("[19:42] Thử Văn An: a", group="thon-khac")
    assert first.sender == second.sender
    assert len({first.sender.id, other.sender.id, elsewhere.sender.id}) == 3


def test_unknown_senders_are_different() -> None:
    """Two texts without a name have different senders."""
    (first,) = parse_paste("một")
    (second,) = parse_paste("hai")
    assert first.sender != second.sender


def test_overlapping_pastes_share_ids() -> None:
    """A message in two pastes has the same id in both, whenever it was pasted."""
    first = parse_paste("[19:42, 02/09/2021] Thử Văn An: a\n[19:43, 02/09/2021] Thử Văn An: b")
    second = parse_paste("[19:43, 02/09/2021] Thử Văn An: b\n[19:44, 02/09/2021] Thử Văn An: c", at=AT.replace(hour=21))
    assert first[1] == second[0]
    assert len({message.id for message in first + second}) == 3


def test_repeated_text_gives_separate_messages() -> None:
    """Equal texts of one sender in the same minute are different messages."""
    messages = parse_paste("[19:42] Thử Văn An: cứu\n" * 12)
    assert len({message.id for message in messages}) == 12


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"not json", "send JSON with `group`, `text` and `at"),
        (b'{"group":"","text":"a","at":"2021-09-02T08:00:00+07:00"}', "length >= 1"),
        (b'{"group":"g","text":"a","at":"2021-09-02T08:00:00"}', "timezone"),
        (b'{"group":"g","text":"a","at":"2021-09-02T08:00:00Z","colour":"red"}', "colour"),
        (b'{"group":"g","text":" \\n","at":"2021-09-02T08:00:00Z"}', "no text"),
        (b'{"group":"g","text":"19:42","at":"0001-01-01T00:00:00+14:00"}', "The paste has a date in the year"),
        (b'{"group":"g","text":"19:42","at":"9999-12-31T23:59:59-14:00"}', "The paste has a date in the year"),
    ],
)
def test_bad_bodies_are_named(body: bytes, sentence: str) -> None:
    """A body that isn't a paste is refused with an error that names the fault."""
    with pytest.raises(BadInput, match=sentence):
        read_paste(body)


def test_large_paste_is_refused() -> None:
    """A paste beyond the limit is refused with an error that names its size and the limit."""
    body = b'{"group":"g","at":"2021-09-02T08:00:00Z","text":"' + b"x" * (MAX_CHARACTERS + 1) + b'"}'
    with pytest.raises(TooLarge, match="200,000 characters, not 200,001"):
        read_paste(body)


@given(st.lists(st.sampled_from(["An", "[19:42] An: ", "19:42", "x", "", "[8:00, 1/1/2021] B: y", "31/02/2021 7:00"])))
def test_no_text_is_lost(lines: list[str]) -> None:
    """No text of a paste is lost in any format: each letter x and y occurs in a message's text or sender name."""
    text = "\n".join(lines)
    parsed = "".join(f"{message.sender_name}\n{message.text}" for message in parse_paste(text)) if text.strip() else ""
    assert all(parsed.count(letter) >= text.count(letter) for letter in "xy")
