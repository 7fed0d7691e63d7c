"""A text is normalised before it is searched for personal data, and each hit has a canonical form."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.redact import PersonalKind, canonical, extract_digits, find_personal_data, normalize


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("０９１２", "0912"),
        ("٠٩١٢", "0912"),
        ("𝟎𝟗𝟏𝟐", "0912"),
        ("0️⃣9️⃣", "09"),
        ("09\u200b12\u00ad34\u2060", "091234"),
        ("09\u00a012\u202f34\u3000", "09 12 34 "),
        ("09–12—34−56", "09-12-34-56"),
        ("O9l2 34I 678", "0912 341 678"),
        ("O5O1 OOO 274 836", "0501 000 274 836"),
        ("không chín một hai ba bốn năm sáu bảy tám", "0 9 1 2 3 4 5 6 7 8"),
        ("096 tám 214 năm sáu bảy", "096 8 214 5 6 7"),
        ("biển ba mươi G, năm hai một chấm bảy tám", "biển 3 0 G, 5 2 1 chấm 7 8"),
        ("xe 29 bê một 384 72", "xe 29 b 1 384 72"),
        ("hộ chiếu xê năm không tám hai bảy một sáu", "hộ chiếu c 5 0 8 2 7 1 6"),
        ("a＠ｂ．ｃｏｍ", "a@b.com"),
        ("Оn", "On"),
        ("a\tb\rc\u1680d\u3164e\u2028f", "a b c d e\nf"),
        ("ﬁ №", "ﬁ ~"),
    ],
)
def test_disguised_digits_are_normalized(written: str, meant: str) -> None:
    """Digits of other scripts, letters and words for digits, invisible characters, and all kinds of spaces and dashes
    are normalised.
    """
    assert normalize(written).text == meant


@pytest.mark.parametrize(
    "written",
    [
        "Một hai ba, zô!",
        "Lol 1 lít",
        "bốn năm nay",
        "29l1-123.45",
        "IO",
        "xe 35B1-123.45",
        "nhà chú Ba, cô Năm, bác Tám",
        "được ba mươi g, năm hai một chấm bảy tám",
        "xe bốn năm chỗ, a hai ba bốn năm",
    ],
)
def test_ordinary_words_and_letters_stay(written: str) -> None:
    """A few digit words, a letter next to a single digit, and the letters of a number plate stay unchanged."""
    assert normalize(written).text == written


def test_span_maps_to_the_original_text() -> None:
    """`span` maps a piece of the normalised text to its characters in the original text."""
    written = "gọi ０９\u200b１２ nhé"
    normal = normalize(written)
    place = normal.text.index("0912")
    start, end = normal.span(place, place + 4)

    assert written[start:end] == "０９\u200b１２"


def test_plain_text_has_no_diacritics() -> None:
    """Every vowel with every tone, in upper and lower case, and đ become one plain letter each."""
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = "".join(vowel + tone for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in tones) + "đĐbcZ"
    plain = "".join(base * 6 for base in "aaaeeiooouuyaaaeeiooouuy") + "ddbcz"
    assert normalize(letters).plain == plain


def test_invisible_characters_belong_to_the_preceding_one() -> None:
    """Combining marks and invisible characters belong to the character before them, so that they are masked with it."""
    written = "số 0912\u0316345678\u200b\u00ad nhé"
    (hit,) = find_personal_data(written)
    assert hit.text == "0912\u0316345678\u200b\u00ad"
    assert normalize("\u200ba").span(0, 1) == (1, 2)


@given(st.text(max_size=60))
def test_positions_are_valid_and_in_order(text: str) -> None:
    """For any text, the positions of normalised characters are in order and within the text, and the plain text has the
    same length.
    """
    written = unicodedata.normalize("NFC", text)
    normal = normalize(text)
    places = list(zip(normal.starts, normal.ends, strict=True))

    assert len(normal.text) == len(normal.plain) == len(places)
    assert all(0 <= start < end <= len(written) for start, end in places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)


@given(st.text(alphabet="0912345678 .-+()OolI|０９\u200b\u00adkhông chínmột hai@gmail.com35B1\n", max_size=60))
def test_hits_are_pieces_of_the_text(text: str) -> None:
    """Hits of personal data come in order, don't overlap, and have the text at their positions."""
    written = unicodedata.normalize("NFC", text)
    hits = find_personal_data(text)

    assert [written[hit.start : hit.end] for hit in hits] == [hit.text for hit in hits]
    assert all(hit.end <= following.start for hit, following in pairwise(hits))


@pytest.mark.parametrize(
    ("kind", "written", "form"),
    [
        ("phone", "0912 345 678", "0912345678"),
        ("phone", "+84 (0)912-345-678", "0912345678"),
        ("phone", "0084912345678", "0912345678"),
        ("phone", "084 912 345 678", "0912345678"),
        ("phone", "84 912 345 678", "0912345678"),
        ("phone", "912 345 678", "0912345678"),
        ("phone", "O9l2 34５ 678", "0912345678"),
        ("phone", "không chín một hai ba bốn năm sáu bảy tám", "0912345678"),
        ("phone", "(0229) 3861 234", "02293861234"),
        ("phone", "+84 229 3861 234", "02293861234"),
        ("phone", "0849 123 456", "0849123456"),
        ("phone", "0849 1234 567", "08491234567"),
        ("phone", "84 912 345 67", "8491234567"),
        ("phone", "091 234 567", "091234567"),
        ("phone", "123 4567", "1234567"),
        ("phone", "084 123", "084123"),
        ("phone", "+82 10-1234-5678", "+821012345678"),
        ("cccd", "037-091 000.123", "037091000123"),
        ("cmnd", "164.123.456", "164123456"),
        ("passport", "c 1234.567", "C1234567"),
        ("bank_account", "0101/000/123456", "0101000123456"),
        ("plate", "35-mđ1 123.45", "35MD112345"),
        ("plate", "35B1 - 123.45", "35B112345"),
        ("email", "Lan.Vu (a còng) Gmail chấm Com", "lan.vu@gmail.com"),
        ("email", "l a n . v u @ f p t . v n", "lan.vu@fpt.vn"),
        ("email", "lan gạch dưới vu a vòng gmail chấm com", "lan_vu@gmail.com"),
        ("email", "lan(dot)vu(at)fpt(dot)com(dot)vn", "lan.vu@fpt.com.vn"),
    ],
)
def test_spellings_share_one_canonical_form(kind: PersonalKind, written: str, form: str) -> None:
    """All spellings of a piece of personal data have the same canonical form, and normalising that form again doesn't
    change it.
    """
    assert canonical(kind, written) == form
    assert canonical(kind, form) == form


def test_normal_digits_drops_separators() -> None:
    """`extract_digits` returns the digits of a text without separators."""
    assert extract_digits("số ０９1-2") == "0912"


@pytest.mark.parametrize(
    "piece",
    [
        "0 ",
        "O1",
        "a_at_",
        "a.b@c.",
        "a-.+",
        "a-dot-",
        "không ",
        "so the ",
        "stk 1234567, ",
        "0912 345 678, ",
        "1 234 ",
        "(at) ",
        "ba b hai ba ",
        "xe 29 a, 1 2 ",
        "29 a.1-2*",
        "hộ chiếu c 1, 2, ",
        "hc c năm hai ",
        "stk 1234567 hoặc ",
        "iban de12 ",
        "mail a b ",
        "a @ b . ",
        "điểm 08 09 ",
        "biển chấm chấm ",
    ],
)
def test_hostile_text_causes_no_backtracking(piece: str) -> None:
    """A text of ten thousand characters that provoke backtracking is searched in reasonable time."""
    assert len(find_personal_data(piece * (10_000 // len(piece)))) <= 10_000


def test_plain_message_is_not_normalized(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message without digits, addresses and links is searched without being normalised."""
    monkeypatch.setattr("anninh_core.kernel.redact.finding.normalize", None)

    assert (
        find_personal_data("Dạ em chào các anh, tối qua ở xóm em có mấy thanh niên hát to quá, hai ba nhà mất ngủ ạ")
        == []
    )
