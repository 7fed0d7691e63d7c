"""What a typed query asks for, and what of a text can be found."""

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


def clauses(text: str) -> list[list[str]]:
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
def test_a_query_is_read(text: str, wanted: list[list[str]]) -> None:
    """Words must all occur, quotes hold words together, OR binds its neighbours."""
    assert clauses(text) == wanted


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
    """A minus before a word or a phrase keeps out what holds it, wherever it stands in the query."""
    assert (clauses(text), excluded(text)) == (wanted, barred)


def test_informal_words_are_their_meaning() -> None:
    """In a query, in quotes too, and in a text: either spelling finds the other."""
    assert clauses("ko biết") == [["khong"], ["biet"]]
    assert clauses("làm ntn") == [["lam"], ["nhu the nao"]]
    assert clauses("DC OR cho") == [["duoc", "cho"]]
    assert clauses('"ko biết" "dc"') == [["khong biet"], ["duoc"]]
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
    """Whoever types a text in full finds it written in slang, and the other way round, as a phrase in quotes."""
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
def test_a_query_that_asks_for_nothing_is_refused(text: str) -> None:
    """Nothing asked for is not everything found."""
    with pytest.raises(BadInput, match=r"The search has no word to look for: write at least one\. Words"):
        parse_query(text)


def test_a_query_has_an_end() -> None:
    """A whole page pasted into the search box isn't a search."""
    assert len(parse_query(" ".join(f"x{'y' * number}" for number in range(64))).clauses) == 64
    with pytest.raises(BadInput, match="65 words"):
        parse_query(" ".join(f"x{'y' * number}" for number in range(65)))


@given(PIECES | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever somebody types, there is a query of words that can be found, or a clear refusal."""
    try:
        query = parse_query(text, TEEN)
    except BadInput:
        return
    for phrase in (*query.excluded, *(phrase for clause in query.clauses for phrase in clause)):
        assert extract_terms(" ".join(phrase)) == phrase


@given(PIECES)
def test_encoding_and_tone_placement_never_decide(text: str) -> None:
    """NFD and NFC ask for the same, as do the old and the new placement of tones."""

    def asked(typed: str) -> TermQuery | None:
        try:
            return parse_query(typed, TEEN)
        except BadInput:
            return None

    assert asked(unicodedata.normalize("NFD", text)) == asked(unicodedata.normalize("NFC", text))
    assert asked(place_tones(text)) == asked(text)


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
    """Old and new tone placement, đ and Ð, NFD, capitals, with and without diacritics."""
    assert parse_query(typed).matches(extract_terms(f"xin chào {written} ạ"))
    assert parse_query(written).matches(extract_terms(f"xin chào {typed} ạ"))


def test_personal_data_is_no_word() -> None:
    """Long numbers, plates, telephones, mails and links leave no term; short mixed words and short numbers stay."""
    text = "Gọi 0912 345 678 hoặc a.b@example.com, xe 35B1-123.45, tổ 5 có F0, https://vi.example.com/tin?x=1 CCCD"
    assert extract_terms(text + " 012345678901") == ("goi", "hoac", "xe", "to", "5", "co", "f0", "cccd")
    assert find_unsearchable("trộm 0912 345 678 113 www.example.com/a") == ("0912 345 678", "www.example.com/a", "113")
    assert find_unsearchable('trộm OR "xe máy" -chó') == ()


@given(SAID)
def test_terms_hold_few_digits(text: str) -> None:
    """No term could be the number of somebody, nor two of them in a row a part of it."""
    terms = extract_terms(text)
    assert all(sum(map(str.isdigit, term)) < 3 for term in terms)
    for term, following in pairwise(terms):
        assert any(map(str.isalpha, term)) or not following.isdigit()


def test_a_number_keeps_its_place() -> None:
    """Of xóm 3 and xóm 5 it tells which, with or without a nought; what is told in groups of two is no number."""
    assert extract_terms("xóm 3, tổ 05, thôn 12") == ("xom", "3", "to", "5", "thon", "12")
    assert extract_terms("gọi 09 12 34 56 7 giúp, lúc 20:15 ngày 3/2/2021, số 491") == (
        "goi",
        "giup",
        "luc",
        "ngay",
        "so",
    )


@given(st.lists(st.sampled_from(["chợ", "trộm", "a1", "3", "12"]), min_size=1, max_size=4))
def test_a_number_counts_where_no_other_stands_beside_it(pieces: list[str]) -> None:
    """In a text no other digits; in a query, where a comma or a blank parts its pieces, no other number."""
    text = " ".join(pieces)
    around = [*zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False)]
    said = [
        fold(piece)
        for *beside, piece in ((one, other, word) for one, word, other in around)
        if not piece.isdigit() or not any(map(str.isdigit, "".join(beside)))
    ]
    asked = [fold(word) for one, word, other in around if not (word.isdigit() and (one.isdigit() or other.isdigit()))]

    assert extract_terms(text) == tuple(said)
    if any(map(str.isalpha, "".join(asked))):
        assert clauses(text) == [[word] for word in dict.fromkeys(asked)]


def test_the_words_of_a_query_as_typed() -> None:
    """Diacritics stay, for what is spelled the same comes first; operators and what is excluded are no words of it."""
    assert typed_words("trộm AND xe HOẶC | máy") == ("trộm", "xe", "máy")
    assert typed_words('Mất "xe máy" OR trộm -chó 3 0912345678') == ("Mất", "xe", "máy", "trộm", "3")


def naive(query: TermQuery, terms: tuple[str, ...]) -> bool:
    """Match by walking through the terms."""

    def holds(phrase: tuple[str, ...]) -> bool:
        return any(terms[start : start + len(phrase)] == phrase for start in range(len(terms)))

    return all(any(map(holds, clause)) for clause in query.clauses) and not any(map(holds, query.excluded))


WORDS = st.sampled_from(["a", "b", "ab", "ba"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
QUERIES = st.builds(
    lambda all_, none: TermQuery(tuple(map(tuple, all_)), tuple(none)),
    st.lists(st.lists(PHRASES, min_size=1, max_size=2), min_size=1, max_size=3),
    st.lists(PHRASES, max_size=2),
)


@given(QUERIES, st.lists(WORDS, max_size=9).map(tuple))
def test_a_query_matches_whole_terms_side_by_side(query: TermQuery, terms: tuple[str, ...]) -> None:
    """As a plain walk through the text would tell."""
    assert query.matches(terms) is naive(query, terms)


@given(QUERIES, st.lists(WORDS, max_size=9).map(tuple))
def test_stand_ins_match_alike(query: TermQuery, terms: tuple[str, ...]) -> None:
    """Renaming terms on both sides changes nothing."""
    assert query.map_terms(hex_of).matches(tuple(map(hex_of, terms))) is query.matches(terms)


def hex_of(term: str) -> str:
    return term.encode().hex()


@given(SAID, st.data())
@example("ᶞủ", None)
def test_the_sieve_lets_every_hit_pass(text: str, data: st.DataObject | None) -> None:
    """The first look never drops what would match."""
    terms = extract_terms(text)
    for term in terms:
        assert Prefilter.of(TermQuery((((term,),),))).may_match(text)
    if terms and data is not None:
        start = data.draw(st.integers(0, len(terms) - 1))
        assert Prefilter.of(TermQuery(((terms[start:],), (("zzz",), terms[:1])))).may_match(text)


def test_the_sieve_holds_back_most() -> None:
    """What has none of the letters doesn't pass."""
    sieve = Prefilter.of(parse_query('"mất trộm" OR cướp'))
    assert not sieve.may_match("Hỏi thủ tục làm căn cước")
    assert sieve.may_match("Vừa bị CƯỚP điện thoại")


@pytest.mark.parametrize("wrong", [(), ((),), (((),),), ((("a",),), ())])
def test_a_query_without_words_cant_be_made(wrong: tuple[tuple[tuple[str, ...], ...], ...]) -> None:
    """No clause, no phrase or no term is nothing to look for."""
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
    """Three digits may be a part of somebody's number or of a plate."""
    assert extract_terms(f"xe {word} ấy") == (("xe", word, "ay") if found else ("xe", "ay"))
    assert (word in find_unsearchable(f"xe {word}")) is (not found and word != "_")


def test_a_query_holds_64_words_in_all() -> None:
    """Those in phrases, alternatives and exclusions together; repeats count once."""
    many = [f"x{'y' * number}" for number in range(64)]
    phrase = " ".join(many[:30])
    excluded = " ".join(f"-{word}" for word in many[30:])
    assert len(parse_query(f'"{phrase}" {excluded}').excluded) == 34
    assert parse_query(f'"{phrase}" {excluded} "{phrase}" {excluded}') == parse_query(f'"{phrase}" {excluded}')
    with pytest.raises(BadInput, match="A search of 65 words is too long: use at most 64"):
        parse_query(f'"{phrase}" z {excluded}')
