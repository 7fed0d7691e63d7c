"""Typed queries are parsed, and certain terms of a text can be found."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import (
    Prefilter,
    TermQuery,
    extract_terms,
    find_unsearchable,
    parse_query,
    slang_terms,
    typed_words,
)
from anninh_core.kernel.text import fold, place_tones

TEEN = {"ko": "không", "dc": "duoc", "ntn": "nhu the nao"}
SAID = st.text(
    st.sampled_from("aăâbđðxyoôơuưÐĐ 'ß19-.|\"@/") | st.sampled_from(["\u0301", "\u0323", "\u200b", "–", "“", "”", "ﬁ"])
) | st.text(max_size=30)
PIECES = st.lists(
    st.sampled_from(
        ["trộm", "xe", "máy", "-chó", '"xe máy"', '-"to giac"', '"', "OR", "HOẶC", "|", "AND", "-", "ko", "113"]
    )
    | st.text(max_size=5),
    max_size=9,
).map(" ".join)


def parse_clauses(text: str) -> list[list[str]]:
    return [[" ".join(phrase) for phrase in clause] for clause in parse_query(text, TEEN).clauses]


def excluded(text: str) -> list[str]:
    return [" ".join(phrase) for phrase in parse_query(text, TEEN).excluded]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("trộm xe", [["trom"], ["xe"]]),
        ("TRỘM   xe!", [["trom"], ["xe"]]),
        ('"mất trộm" xe', [["mat trom"], ["xe"]]),
        ("“mất trộm” «xe máy»", [["mat trom"], ["xe may"]]),
        ('"mất trộm', [["mat trom"]]),
        ('xe"máy cày"đỏ', [["xe"], ["may cay"], ["do"]]),
        ("trộm OR cướp xe", [["trom", "cuop"], ["xe"]]),
        ("trộm HOẶC cướp HOAC giật", [["trom", "cuop", "giat"]]),
        ('trộm|cướp | "bắt cóc"', [["trom", "cuop", "bat coc"]]),
        ("trộm hoặc cướp or", [["trom"], ["hoac"], ["cuop"], ["or"]]),
        ("OR trộm OR", [["trom"]]),
        ("trộm OR OR cướp", [["trom", "cuop"]]),
        ('trộm OR "" cướp', [["trom"], ["cuop"]]),
        ("trộm AND xe", [["trom"], ["xe"]]),
        ("trộm - xe", [["trom"], ["xe"]]),
        ("Ninh-Hòa b’lao", [["ninh hoa"], ["b'lao"]]),
        ("xe,máy;đỏ", [["xe"], ["may"], ["do"]]),
        ("trộm trộm", [["trom"]]),
        ("xóm 3", [["xom"], ["3"]]),
        ('"xóm 03" xe', [["xom 3"], ["xe"]]),
        ("tổ-12 trộm", [["to 12"], ["trom"]]),
        ("trộm 20 10 2021", [["trom"]]),
        ("trộm 20/10", [["trom"]]),
    ],
)
def test_query_is_parsed(text: str, wanted: list[list[str]]) -> None:
    """Every word must occur, quotes make a phrase, and OR joins its neighbours."""
    assert parse_clauses(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted", "barred"),
    [
        ("xe -máy", [["xe"]], ["may"]),
        ('-"xe máy" xe -đạp -điện', [["xe"]], ["xe may", "dap", "dien"]),
        ("xe -xe-máy", [["xe"]], ["xe may"]),
        ("trộm OR -chó xe", [["trom"], ["xe"]], ["cho"]),
        ("xe -ko", [["xe"]], ["khong"]),
        ("xe -3", [["xe"]], ["3"]),
        ('xe -"', [["xe"]], []),
    ],
)
def test_words_are_excluded(text: str, wanted: list[list[str]], barred: list[str]) -> None:
    """A minus before a word or phrase excludes texts with it, anywhere in the query."""
    assert (parse_clauses(text), excluded(text)) == (wanted, barred)


def test_informal_words_get_their_full_form() -> None:
    """Informal words are replaced by their full form in queries, quoted phrases and texts, so that both spellings
    match.
    """
    assert parse_clauses("ko biết") == [["khong"], ["biet"]]
    assert parse_clauses("làm ntn") == [["lam"], ["nhu the nao"]]
    assert parse_clauses("DC OR cho") == [["duoc", "cho"]]
    assert parse_clauses('"ko biết" "dc"') == [["khong biet"], ["duoc"]]
    assert extract_terms("Ko dc đâu, làm NTN?", slang_terms(TEEN)) == (
        "khong",
        "duoc",
        "dau",
        "lam",
        "nhu",
        "the",
        "nao",
    )


@given(st.lists(st.sampled_from(["ko", "không", "dc", "được", "ntn", "biết", "3", "xe"]), min_size=1))
def test_either_spelling_finds_the_other(spoken: list[str]) -> None:
    """A query in full spelling finds a text with informal words as a quoted phrase, and the other way round."""
    slang = slang_terms(TEEN)
    full = " ".join(TEEN.get(word, word) for word in spoken)
    for written, typed in ((" ".join(spoken), full), (full, " ".join(spoken))):
        try:
            query = parse_query(f'"{typed}"', TEEN)
        except BadInput:
            assert not any(map(str.isalpha, written.replace(" ", "")))
            return
        assert query.matches(extract_terms(written, slang))
        assert Prefilter.of(query, slang).may_match(written)


@pytest.mark.parametrize("text", ["", " ", '""', "-trộm", '-"xe máy" -chó', "OR", "| -", "113", "0912 345 678", "?!"])
def test_query_without_words_is_refused(text: str) -> None:
    """A query without a word to search for is refused."""
    with pytest.raises(BadInput, match=r"The search has no word to look for: write at least one\. Words"):
        parse_query(text)


def test_query_has_a_maximum_length() -> None:
    """A query of more than 64 words is refused."""
    assert len(parse_query(" ".join(f"x{'y' * number}" for number in range(64))).clauses) == 64
    with pytest.raises(BadInput, match="65 words"):
        parse_query(" ".join(f"x{'y' * number}" for number in range(65)))


@given(PIECES | st.text())
def test_any_query_is_parsed_or_refused(text: str) -> None:
    """Any typed text gives a query of terms that can be found, or `BadInput`."""
    try:
        query = parse_query(text, TEEN)
    except BadInput:
        return
    for phrase in (*query.excluded, *(phrase for clause in query.clauses for phrase in clause)):
        assert extract_terms(" ".join(phrase)) == phrase


@given(PIECES)
def test_encoding_and_tone_placement_are_ignored(text: str) -> None:
    """NFD and NFC of a text give the same query, as do the old and the new tone placement."""

    def parse_or_none(typed: str) -> TermQuery | None:
        try:
            return parse_query(typed, TEEN)
        except BadInput:
            return None

    assert parse_or_none(unicodedata.normalize("NFD", text)) == parse_or_none(unicodedata.normalize("NFC", text))
    assert parse_or_none(place_tones(text)) == parse_or_none(text)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("hoà giải", "hòa giải"),
        ("thuý", "thúy"),
        ("Khoẻ", "KHỎE"),
        ("Đường", "duong"),
        ("Ðường", "đường"),
        ("tie\u0302\u0301ng", "tiếng"),
        ("tiếng", "tieng"),
        ("ỦY BAN", "uỷ ban"),
    ],
)
def test_both_spellings_find_each_other(written: str, typed: str) -> None:
    """Old and new tone placement, đ and Ð, NFD, capitals, and words with and without diacritics match each other."""
    assert parse_query(typed).matches(extract_terms(f"xin chào {written} ạ"))
    assert parse_query(written).matches(extract_terms(f"xin chào {typed} ạ"))


def test_personal_data_gives_no_term() -> None:
    """Long numbers, plates, telephones, email addresses and links give no term; short mixed words and short numbers
    do.
    """
    text = "Gọi 0912 345 678 hoặc a.b@example.com, xe 35B1-123.45, tổ 5 có F0, https://vi.example.com/tin?x=1 CCCD"
    assert extract_terms(text + " 012345678901") == ("goi", "hoac", "xe", "to", "5", "co", "f0", "cccd")
    assert find_unsearchable("trộm 0912 345 678 113 www.example.com/a") == ("0912 345 678", "www.example.com/a", "113")
    assert find_unsearchable('trộm OR "xe máy" -chó') == ()


@given(SAID)
def test_terms_hold_few_digits(text: str) -> None:
    """No term can be a personal number, and two terms in a row can be no part of a personal number."""
    terms = extract_terms(text)
    assert all(sum(map(str.isdigit, term)) < 3 for term in terms)
    for term, following in pairwise(terms):
        assert any(map(str.isalpha, term)) or not following.isdigit()


def test_house_group_numbers_are_terms() -> None:
    """A number after a word such as xóm is a search term, with or without a leading zero; numbers in groups of digits
    are not.
    """
    assert extract_terms("xóm 3, tổ 05, thôn 12") == ("xom", "3", "to", "5", "thon", "12")
    assert extract_terms("gọi 09 12 34 56 7 giúp, lúc 20:15 ngày 3/2/2021, số 491") == (
        "goi",
        "giup",
        "luc",
        "ngay",
        "so",
    )


@given(st.lists(st.sampled_from(["chợ", "trộm", "a1", "3", "12"]), min_size=1, max_size=4))
def test_number_without_numeric_neighbours_is_a_term(pieces: list[str]) -> None:
    """A number in a text is a search term if no neighbouring word has digits; in a query, if no neighbouring word is a
    number.
    """
    text = " ".join(pieces)
    around = [*zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False)]
    text_terms = [
        fold(piece)
        for *neighbours, piece in ((previous, following, word) for previous, word, following in around)
        if not piece.isdigit() or not any(map(str.isdigit, "".join(neighbours)))
    ]
    query_terms = [
        fold(word)
        for previous, word, following in around
        if not (word.isdigit() and (previous.isdigit() or following.isdigit()))
    ]

    assert extract_terms(text) == tuple(text_terms)
    if any(map(str.isalpha, "".join(query_terms))):
        assert parse_clauses(text) == [[word] for word in dict.fromkeys(query_terms)]


def test_typed_words_keep_diacritics() -> None:
    """`typed_words` keeps diacritics, so that words spelled as typed can be ranked first, and omits operators and
    excluded words.
    """
    assert typed_words("trộm AND xe HOẶC | máy") == ("trộm", "xe", "máy")
    assert typed_words('Mất "xe máy" OR trộm -chó 3 0912345678') == ("Mất", "xe", "máy", "trộm", "3")


def matches_by_walking(query: TermQuery, terms: tuple[str, ...]) -> bool:
    """Return whether `query` matches `terms`, found by walking through the terms, as a reference for
    `TermQuery.matches`.
    """

    def has_phrase(phrase: tuple[str, ...]) -> bool:
        return any(terms[start : start + len(phrase)] == phrase for start in range(len(terms)))

    return all(any(map(has_phrase, clause)) for clause in query.clauses) and not any(map(has_phrase, query.excluded))


WORDS = st.sampled_from(["a", "b", "ab", "ba"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
QUERIES = st.builds(
    lambda all_, none: TermQuery(tuple(map(tuple, all_)), tuple(none)),
    st.lists(st.lists(PHRASES, min_size=1, max_size=2), min_size=1, max_size=3),
    st.lists(PHRASES, max_size=2),
)


@given(QUERIES, st.lists(WORDS, max_size=9).map(tuple))
def test_query_matches_consecutive_whole_terms(query: TermQuery, terms: tuple[str, ...]) -> None:
    """`TermQuery.matches` finds the same texts as a plain walk through their terms."""
    assert query.matches(terms) is matches_by_walking(query, terms)


@given(QUERIES, st.lists(WORDS, max_size=9).map(tuple))
def test_mapped_terms_match_the_same(query: TermQuery, terms: tuple[str, ...]) -> None:
    """Replacing the terms of a query and of a text in the same way doesn't change whether they match."""
    assert query.map_terms(term_as_hex).matches(tuple(map(term_as_hex, terms))) is query.matches(terms)


def term_as_hex(term: str) -> str:
    return term.encode().hex()


@given(SAID, st.data())
@example("ᶞủ", None)
def test_prefilter_passes_every_match(text: str, data: st.DataObject | None) -> None:
    """The prefilter never drops a text that matches."""
    terms = extract_terms(text)
    for term in terms:
        assert Prefilter.of(TermQuery((((term,),),))).may_match(text)
    if terms and data is not None:
        start = data.draw(st.integers(0, len(terms) - 1))
        assert Prefilter.of(TermQuery(((terms[start:],), (("zzz",), terms[:1])))).may_match(text)


def test_prefilter_drops_texts_without_the_letters() -> None:
    """The prefilter drops a text that lacks the letters of the query."""
    prefilter = Prefilter.of(parse_query('"mất trộm" OR cướp'))
    assert not prefilter.may_match("Hỏi thủ tục làm căn cước")
    assert prefilter.may_match("Vừa bị CƯỚP điện thoại")


@pytest.mark.parametrize("wrong", [(), ((),), (((),),), ((("a",),), ())])
def test_a_query_without_words_cant_be_made(wrong: tuple[tuple[tuple[str, ...], ...], ...]) -> None:
    """A query without a clause, a phrase or a term is refused."""
    with pytest.raises(BadInput):
        TermQuery(wrong)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("a", True),
        ("a1", True),
        ("a12", True),
        ("a123", False),
        ("1a2b3", False),
        ("12", True),
        ("123", False),
        ("1a2", True),
        ("_", False),
    ],
)
def test_a_word_has_two_digits_at_most(word: str, found: bool) -> None:
    """A word with three digits gives no term, since it may be part of a personal number or a plate."""
    assert extract_terms(f"xe {word} ấy") == (("xe", word, "ay") if found else ("xe", "ay"))
    assert (word in find_unsearchable(f"xe {word}")) is (not found and word != "_")


def test_a_query_holds_64_words_in_all() -> None:
    """A query has at most 64 words, counted together over phrases, alternatives and exclusions, and repeated words
    once.
    """
    many = [f"x{'y' * number}" for number in range(64)]
    phrase = " ".join(many[:30])
    excluded = " ".join(f"-{word}" for word in many[30:])
    assert len(parse_query(f'"{phrase}" {excluded}').excluded) == 34
    assert parse_query(f'"{phrase}" {excluded} "{phrase}" {excluded}') == parse_query(f'"{phrase}" {excluded}')
    with pytest.raises(BadInput, match="A search of 65 words is too long: use at most 64"):
        parse_query(f'"{phrase}" z {excluded}')
