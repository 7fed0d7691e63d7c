"""The opinions of the trained model, requested through `Plugins`."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from math import log

import msgspec
import pytest
from attrs import evolve

from anninh_core.kernel.text import fold
from anninh_core.plugins import Plugins, triage
from anninh_core.plugins.triage import build_opinion
from anninh_core.plugins.triage.model import (
    BIAS,
    KINDS,
    Block,
    Limits,
    Model,
    Trained,
    join_sums,
    load_model,
    pack,
    unpack,
)
from anninh_core.plugins.triage.ngrams import MAX_WORDS, is_bare, list_folded, list_written
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

DISTRICT = load_profile("hoa_lu_2021")
PERSON = Address("oa", Place.PERSON, "p1")
Ask = Callable[[str], TriageOpinion | None]
WEIGHTS = (*KINDS[1:], "calm_crime", "calm_fire", "calm_no_matter", "urgent_crime", "urgent_fire", "danger")
LIMITS = Limits(alarm=1.0, look_first=0.5, kind_confidence=(1.0, 0.0), emergency_confidence=(1.0, 0.0))
OUT_OF_REACH = Limits(alarm=9.0, look_first=8.0, kind_confidence=(1.0, 0.0), emergency_confidence=(1.0, 0.0))


def build_message(text: str) -> InboundMessage:
    return InboundMessage(
        id="m1", conversation=PERSON, sender=PERSON, text=text, sent_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


@pytest.fixture(scope="module")
def ask_model() -> Ask:
    plugins = Plugins((), extra={"triage": triage})

    def find_opinion(text: str) -> TriageOpinion | None:
        opinions = plugins.triage(build_message(text), DISTRICT)
        assert opinions.failures == ()
        return next(iter(opinions.values), None)

    return find_opinion


def build_small_model() -> Trained:
    """Return a model of three n-grams: "chay" is a fire and an emergency, and "cam on" is chatter."""

    def build_weights(**by_name: int) -> list[bytes]:
        return [bytes([BIAS + by_name.get(name, 0), BIAS + (25 if name == "chatter" else 0), BIAS]) for name in WEIGHTS]

    folded = Block("chay\ncam on\nnha", [3, 2, 9], build_weights(urgent_fire=25, danger=30), [0.2] * len(WEIGHTS))
    nothing = Block("x", [2], [bytes([BIAS])] * len(WEIGHTS), [0.2] * len(WEIGHTS))
    written = Block("cháy\ncảm ơn\nnhà", [3, 2, 9], build_weights(calm_fire=3, danger=15), [0.2] * len(WEIGHTS))
    return Trained(
        data="d",
        texts=20,
        categories=["crime", "fire"],
        intercepts=[0.0] * len(WEIGHTS),
        odds_weight=0.1,
        limits=LIMITS,
        concepts={},
        stop_words=["nhà"],
        blocks={"folded": folded, "written": written, "concepts": nothing},
    )


def sees_danger(model: Model, text: str) -> bool:
    """Return whether a model sees danger in a text; fail if the model has no opinion about it."""
    scores = model.score(text)
    assert scores is not None
    return build_opinion(model, scores, DISTRICT).emergency


@pytest.mark.parametrize(
    ("text", "kind", "category", "emergency"),
    [
        ("Cháy nhà ở xóm 3, đến ngay các anh ơi", "tip", "fire", True),
        ("Tối qua nhà tôi bị kẻ gian bẻ khóa lấy mất cái xe máy", "tip", "crime", False),
        ("Cho em hỏi làm lại căn cước thì cần giấy tờ gì ạ", "question", "", False),
        ("Em cảm ơn các anh nhiều ạ", "chatter", "", False),
        ("Cho vay nhanh lãi thấp, giải ngân trong ngày, inbox em tư vấn", "unsuitable", "", False),
    ],
)
def test_everyday_messages_are_recognized(ask_model: Ask, text: str, kind: str, category: str, emergency: bool) -> None:
    """The model recognizes everyday messages of each kind."""
    opinion = ask_model(text)

    assert opinion is not None
    assert (opinion.kind, opinion.emergency) == (kind, emergency)
    assert opinion.category == category or kind != "tip"
    assert 0 <= opinion.confidence <= 1
    assert not opinion.fallback


def test_emergency_is_a_tip_to_read_first(ask_model: Ask) -> None:
    """An emergency is a tip to be read first, also without diacritics or in capitals."""
    text = "Cứu với, chồng em đang cầm dao đuổi chém cả nhà"

    for written in (text, fold(text), text.upper()):
        opinion = ask_model(written)
        assert opinion is not None
        assert (opinion.kind, opinion.emergency, opinion.look_first) == ("tip", True, True)


def test_the_reason_is_words_of_the_message(ask_model: Ask) -> None:
    """The reason consists of words of the message, without stop words."""
    text = "Có trộm đang cạy cửa nhà bà Tý"
    opinion = ask_model(text)

    assert opinion is not None
    assert opinion.reason
    assert all(reason in text.lower() for reason in opinion.reason.split(", "))
    assert not {"có", "bà"} & set(opinion.reason.split(", "))


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "zzqx"])
def test_unknown_words_get_no_opinion(ask_model: Ask, text: str) -> None:
    """The model has no opinion on unknown words."""
    assert ask_model(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "các anh ơi",
        "chào các anh",
        "Cán bộ ơi",
        "alo có ai không",
        "dạ vâng ạ",
        "cảm ơn ạ",
        "cho em hỏi",
        "hai đứa cơ ạ",
    ],
)
def test_a_greeting_is_no_alarm(ask_model: Ask, text: str) -> None:
    """A greeting or another opening of a conversation is no emergency, however often people in danger begin like
    that.
    """
    opinion = ask_model(text)

    assert opinion is None or not opinion.emergency


@pytest.mark.parametrize("text", ["Biển số 35B1-123.45", "hai đứa cơ ạ", "xóm 5", "màu đỏ", "nhà em cạnh đình"])
def test_fragment_of_a_talk_is_kept(ask_model: Ask, text: str) -> None:
    """A fragment of a conversation, such as a number plate, is neither advertising nor surely chatter, and has no
    category.
    """
    opinion = ask_model(text)

    assert opinion is not None
    assert opinion.kind not in ("unsuitable", "chatter") or opinion.confidence < 0.9
    assert (opinion.category, opinion.emergency) == ("", False)


def test_mostly_unknown_words_get_no_opinion() -> None:
    """The model has no opinion on a text with mostly unknown words."""
    model = Model(build_small_model())

    assert model.score("chay zzz") is not None
    assert model.score("chay zzz qqq") is None


def test_short_messages_have_limits_of_their_own() -> None:
    """Messages of few words have separate limits, since single words weigh more in them."""
    model = Model(msgspec.structs.replace(build_small_model(), short_words=1, short=OUT_OF_REACH))

    assert not sees_danger(model, "cháy")
    assert sees_danger(model, "cháy nhà")


def test_messages_without_diacritics_have_limits_of_their_own() -> None:
    """Messages without diacritics have separate limits; short ones use `short_bare`, or `short` if it is missing."""
    model = Model(msgspec.structs.replace(build_small_model(), short_words=1, bare=OUT_OF_REACH))

    assert sees_danger(model, "cháy nha")
    assert not sees_danger(model, "chay nha")
    assert not sees_danger(model, "chay")
    assert sees_danger(Model(msgspec.structs.replace(model.trained, short_bare=LIMITS)), "chay")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("chay nha o xom 3!", True),
        ("chay 🔥 “to” lam", True),
        ("xe di", True),
        ("xe đi", False),
        ("chay nha\u0300", False),
    ],
)
def test_missing_diacritics_are_detected(text: str, bare: bool) -> None:
    """Pictures and curly quotes don't count as diacritics."""
    assert is_bare(text) is bare


def test_scores_of_tip_categories_are_joined() -> None:
    """The scores of calm and urgent tips of a category are added for the tip, and the odds of the urgent ones raise the
    score of danger.
    """
    sums = join_sums([log(1), log(2), log(3), log(4), log(5), log(6), log(7), log(8), 0.5], matters=3, odds_weight=0.1)

    assert sums == pytest.approx([log(30), log(1), log(2), log(3), log(11), log(13), log(6), 0.5 + 0.1 * log(15 / 21)])


def test_missing_model_file_gives_no_opinion(ask_model: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin has no opinion, and doesn't fail, if the model's file is missing."""
    monkeypatch.setattr("anninh_core.plugins.triage.load_model", lambda: None)

    assert ask_model("Cháy nhà ở xóm 3") is None


def test_category_missing_in_profile_is_left_out() -> None:
    """A category that the profile doesn't have is left out of the opinion, but the kind is kept."""
    plugins = Plugins((), extra={"triage": triage})
    fireless = evolve(DISTRICT, incoming={id: category for id, category in DISTRICT.incoming.items() if id != "fire"})
    opinions = plugins.triage(build_message("Cháy nhà ở xóm 3, đến ngay các anh ơi"), fireless)

    assert opinions.failures == ()
    assert (opinions.values[0].kind, opinions.values[0].category) == ("tip", "")


def test_sums_follow_the_weights() -> None:
    """A known n-gram counts with its weight divided by the norm of all known n-grams, and an unknown n-gram doesn't
    count.
    """
    model = Model(build_small_model())
    alone = model.score("chay")
    with_unknown = model.score("chay zzz")
    thanks = model.score("cam on")

    assert alone is not None
    assert with_unknown is not None
    assert thanks is not None
    assert alone.sums == with_unknown.sums
    norm = round((log(21 / 3) + 1) ** 2 * 64) / 64
    assert thanks.sums[KINDS.index("chatter")] == pytest.approx(25 * 0.2 / norm**0.5)
    assert thanks.sums[KINDS.index("question")] == 0


def test_long_message_does_not_overflow() -> None:
    """The sums of a long repetitive message don't overflow, and a very long text is read only up to `MAX_WORDS`."""
    model = load_model()
    assert model is not None
    text = "cháy nhà cứu với " * 3000
    scores = model.score(text)
    twice = model.score("cháy nhà cứu với " * 90)

    assert scores is not None
    assert twice is not None
    assert list(scores.sums) == list(twice.sums)
    assert len(list_folded(" ".join(f"từ{i}a" for i in range(2000)))) <= 3 * MAX_WORDS


def test_packed_model_is_unchanged() -> None:
    """Packing a model gives the same bytes each time, and unpacking them gives the same model."""
    data = pack(build_small_model())

    assert data == pack(build_small_model())
    assert unpack(data) == build_small_model()
    with pytest.raises(zlib.error):
        unpack(b"no model")


def test_n_grams_ignore_digits_and_tone_positions() -> None:
    """N-grams are the same for all digits and for both positions of the tone mark."""
    assert list_folded("Xóm 3") == {"xom", "0", "xom 0"}
    assert list_written("Hoà 12?") == {"hòa", "00", "?", "hòa 00", "00 ?"}
    assert "chay nha ro" in list_folded("CHÁY nhà, rò ga")


def test_the_shipped_model_is_small_and_readable() -> None:
    """The shipped model has readable n-grams, knows every category without a danger reply, and fits into the wheel."""
    model = load_model()
    assert model is not None
    trained = model.trained

    with_danger_reply = {id for id, category in DISTRICT.incoming.items() if category.danger_reply}
    assert set(trained.categories) == set(DISTRICT.incoming) - with_danger_reply
    assert trained.limits.look_first < trained.limits.alarm
    assert len(pack(trained)) < 600_000
    assert {"chay", "cam on"} <= set(trained.blocks["folded"].ngrams.split("\n"))
