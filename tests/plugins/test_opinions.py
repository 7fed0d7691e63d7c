import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate

Hear = Callable[[str], InboundMessage]
CORPUS = Path(__file__).parents[2] / "src/anninh_core/demo/data/corpus.jsonl"


@pytest.fixture
def plugins() -> Plugins:
    """Only the plugin with the built-in opinions."""
    return Plugins(["opinions"])


@pytest.fixture
def triage(plugins: Plugins, district: District, make_message: Hear) -> Callable[[str], TriageOpinion | None]:
    """Return a function that gives the built-in opinion about a text."""

    def find_opinion(text: str) -> TriageOpinion | None:
        opinions = plugins.triage(make_message(text), district)
        assert opinions.failures == ()
        return opinions.values[0] if opinions.values else None

    return find_opinion


@pytest.mark.parametrize(
    ("text", "kind", "category"),
    [
        ("Tôi muốn tố giác vụ trộm xe", "tip", "crime"),
        ("cháy rồi các anh ơi", "tip", "fire"),
        ("Thủ tục làm ở đâu ạ?", "question", ""),
        ("Cảm ơn các anh", "chatter", ""),
        ("camon nhé", "chatter", ""),
        ("Khuyến mãi lớn!!!", "unsuitable", ""),
        ("tra cuu AB-12", "command", ""),
        ("HUY", "command", ""),
    ],
)
def test_the_words_of_the_profile_suggest_kind_and_category(
    triage: Callable[[str], TriageOpinion | None], text: str, kind: str, category: str
) -> None:
    """The profile's words suggest kind and category of a message, with or without diacritics, capitals or informal
    spelling.
    """
    opinion = triage(text)

    assert opinion is not None
    assert (opinion.kind, opinion.category) == (kind, category)
    assert 0 < opinion.confidence <= 1


def test_reason_lists_the_matched_phrases(triage: Callable[[str], TriageOpinion | None]) -> None:
    """The reason lists the phrases found in a message, without those inside longer phrases."""
    opinion = triage("Đang cháy nhà, tố giác")

    assert opinion is not None
    assert opinion.reason == "to giac, dang chay nha"
    assert opinion.by == "opinions"


def test_emergency_phrase_makes_an_emergency_tip(triage: Callable[[str], TriageOpinion | None]) -> None:
    """An emergency phrase alone makes a message an emergency tip."""
    opinion = triage("đang cháy")

    assert opinion is not None
    assert (opinion.kind, opinion.emergency) == ("tip", True)


def test_command_word_counts_only_in_short_messages(triage: Callable[[str], TriageOpinion | None]) -> None:
    """A command word inside a sentence or at the beginning of a long message is no command."""
    assert triage("anh Huy ơi") is None
    assert triage("Huy " + "là tên của con trai tôi, cháu rất ngoan ngoãn") is None


@pytest.mark.parametrize("text", ["", "   ", "👍", "xyz", "chayday"])
def test_text_without_matches_has_no_opinion(triage: Callable[[str], TriageOpinion | None], text: str) -> None:
    """A text in which no whole word matches gets no opinion."""
    assert triage(text) is None


def test_a_profile_without_words_gives_no_opinion(plugins: Plugins, district: District, make_message: Hear) -> None:
    """A profile without word lists gives no opinion and no error."""
    bare = evolve(district, incoming={}, words={}, teen_code={})

    assert plugins.triage(make_message("đang cháy nhà"), bare).values == ()


@pytest.mark.parametrize(
    ("text", "links", "flags"),
    [
        ("Khuyến mãi 50%", (), {"advertising": "khuyen mai"}),
        ("xem http://qua-tang.example.top/x ngay", (), {"scam_link": "qua-tang.example.top"}),
        ("tin mới", ("https://ninhbinh.gov.vn.evil.top/a",), {"scam_link": "ninhbinh.gov.vn.evil.top"}),
        ("tin mới", ("https://ninhbinh.gov.vn@evil.top/a",), {"scam_link": "evil.top"}),
        ("tin mới", ("http://[broken",), {"scam_link": "http://[broken"}),
        ("tin mới", ("https://congan.NinhBinh.gov.vn./tin", "ninhbinh.gov.vn/b"), {}),
        ("SĐT 0912 000 111", (), {"personal_data": "phone ×1"}),
        ("Tài liệu TỐI MẬT đây", (), {"secrets": "TỐI MẬT"}),
        ("kế hoạch tuần tra tối nay", (), {"secrets": "ke hoach tuan tra"}),
        ("Chào cả nhà, bí mật nhé", (), {}),
    ],
)
def test_posts_are_flagged_by_rules_of_the_charter(
    plugins: Plugins, district: District, text: str, links: tuple[str, ...], flags: Mapping[str, str]
) -> None:
    """Posts are flagged for words, links, personal data and secrets, with the matched text as reason, except that
    personal data isn't repeated.
    """
    opinions = plugins.moderation(PostToModerate(id="p", group="g", text=text, links=links), district)

    assert opinions.failures == ()
    assert {flag.code: flag.reason for flag in opinions.values} == flags


def test_rule_missing_in_charter_is_not_cited(plugins: Plugins, district: District) -> None:
    """No post is flagged by a rule that the charter doesn't have."""
    charter = evolve(district.charter, rules=district.charter.rules[:1])
    post = PostToModerate(id="p", group="g", text="0912 000 111 http://evil.top")

    assert plugins.moderation(post, evolve(district, charter=charter)).values == ()


def list_findings(plugins: Plugins, item: ItemToReview, district: District) -> list[tuple[str, str, str]]:
    review = plugins.review(item, district)
    assert review.failures == ()
    return [(finding.gate, finding.severity, finding.text) for finding in review.values]


def test_a_clean_draft_has_no_findings(plugins: Plugins, district: District, item: ItemToReview) -> None:
    """A draft with nothing wrong has no findings."""
    assert list_findings(plugins, item, district) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"body": "Văn bản TUYỆT MẬT số 1"}, ("no_state_secret", "hold", "marking: TUYỆT MẬT")),
        ({"title": "MẬT"}, ("no_state_secret", "hold", "marking: MẬT")),
        ({"body": "ke hoach tuan tra"}, ("no_state_secret", "hold", "secret: ke hoach tuan tra")),
        ({"body": "Nghe nói có trộm"}, ("true", "note", "hearsay: nghe noi")),
        ({"body": "Cháu bé đi lạc"}, ("permitted", "note", "minor: chau be")),
        ({"body": "Xem https://bao.example.com/x"}, ("official_source", "note", "link: bao.example.com")),
        ({"source_url": "https://tin.example.com"}, ("official_source", "hold", "source: tin.example.com")),
        ({"source_url": "", "source_name": ""}, ("official_source", "hold", "no source")),
        ({"category": "wanted_notice"}, ("permitted", "hold", "no decision")),
    ],
)
def test_draft_is_checked(
    plugins: Plugins, district: District, item: ItemToReview, change: dict[str, Any], finding: tuple[str, str, str]
) -> None:
    """Each finding in a draft names its gate and severity, in the wording of the profile."""
    assert list_findings(plugins, evolve(item, **change), district) == [finding]


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Giữ bí mật, đừng nói với ai. Mật khẩu."},
        {"title": "BẢO MẬT TÀI KHOẢN"},
        {"title": "MẤT XE MÁY"},
        {"body": "MẬTLÀ một từ khác"},
        {"category": "wanted_notice", "decision_number": "12/QĐ-CSĐT"},
        {"source_url": ""},
    ],
)
def test_innocent_drafts_have_no_findings(
    plugins: Plugins, district: District, item: ItemToReview, change: dict[str, Any]
) -> None:
    """A draft with innocent words, a wanted notice with its decision, and a source with a name only have no
    findings.
    """
    assert list_findings(plugins, evolve(item, **change), district) == []


def test_a_marking_typed_with_combining_marks_is_found(
    plugins: Plugins, district: District, item: ItemToReview
) -> None:
    """A secrecy marking is found in decomposed Unicode too."""
    assert len(list_findings(plugins, evolve(item, body="TỐI MA\u0323\u0302T"), district)) == 1


def test_missing_wording_holds_every_gate(plugins: Plugins, district: District, item: ItemToReview) -> None:
    """A check without wording for its finding counts as not run, and holds every gate."""
    findings = plugins.review(evolve(item, source_url="https://x.example.com"), evolve(district, wording={})).values

    assert {finding.gate for finding in findings if not finding.ran} == {gate.id for gate in district.gates}


def test_the_shipped_profile_words_every_finding(plugins: Plugins, item: ItemToReview) -> None:
    """The shipped profile has wording for every finding."""
    personal = "CCCD 037 123 456 789, CMND 164 123 456, gọi 0912 000 111, STK: 12345678901; a@b.vn; xe 35B1-123.45;"
    body = f"MẬT. Nghe nói cháu bé biết kế hoạch tuần tra. {personal} http://x.example.top/a"
    odd = evolve(item, body=body, category="wanted_notice", source_url="https://x.example.top")

    findings = list_findings(plugins, odd, load_profile("hoa_lu_2021"))
    nameless = list_findings(plugins, evolve(item, source_url="", source_name=""), load_profile("hoa_lu_2021"))

    assert len(findings) == 7
    assert len(nameless) == 1


def test_shipped_words_fit_the_corpus(plugins: Plugins, make_message: Hear) -> None:
    """The shipped words suggest the right kind for nine in ten messages of the corpus, and miss no emergency."""
    district = load_profile("hoa_lu_2021")
    lines = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    wanted = [line for line in lines if line["text"].strip() and line["expect"]["kind"] != "continuation"]
    opinions = [plugins.triage(make_message(line["text"]), district).values for line in wanted]
    pairs = [
        (values[0] if values else TriageOpinion("chatter"), line["expect"])
        for values, line in zip(opinions, wanted, strict=True)
    ]

    right = sum(opinion.kind == expect["kind"] for opinion, expect in pairs)
    missed = [expect for opinion, expect in pairs if expect["emergency"] and not opinion.emergency]

    assert right >= 0.9 * len(pairs)
    assert missed == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=120))
def test_no_text_makes_opinions_fail(
    plugins: Plugins, district: District, make_message: Hear, item: ItemToReview, text: str
) -> None:
    """No text makes the built-in opinions fail."""
    wordy = evolve(district, wording=AnyWording())
    draft = evolve(item, body=text, source_url=text)

    assert plugins.triage(make_message(text), wordy).failures == ()
    assert plugins.moderation(PostToModerate(id="p", group="g", text=text, links=(text,)), wordy).failures == ()
    assert all(finding.ran for finding in plugins.review(draft, wordy).values)


class AnyWording(dict[str, str]):
    """A dictionary that returns a wording for every key."""

    def __missing__(self, key: str) -> str:
        return f"{key}: {{found}}" if key.startswith("check.") else key
