"""The demo's corpus of messages follows its own rules, so that an edit can't lose a kind, a category or an oddity."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import fold

Message = dict[str, Any]

COMMUNES = {
    "thien-ton",
    "ninh-my",
    "ninh-khang",
    "ninh-xuan",
    "ninh-giang",
    "truong-yen",
    "ninh-hoa",
    "ninh-hai",
    "ninh-thang",
    "ninh-van",
    "ninh-an",
}
CATEGORIES = {"situation", "crime", "wanted", "search", "traffic", "public_order", "fire", "epidemic"}
ATTACHMENTS = {"image", "video", "audio", "file", "location", "sticker", "link"}
FEWEST = {"tip": 100, "question": 45, "chatter": 25, "unsuitable": 8, "command": 8, "continuation": 8}
FIELDS = {"id", "channel", "sender", "name", "group", "area", "at", "text", "attachments", "reply_to", "expect", "note"}
TEEN_CODE = {
    "ko",
    "k",
    "hok",
    "dc",
    "đc",
    "vs",
    "j",
    "z",
    "r",
    "bik",
    "ntn",
    "ms",
    "mn",
    "ng",
    "nma",
    "lm",
    "thui",
    "hqua",
    "ôg",
    "sll",
}
TOPICS = {
    "a missing child": "chau bin 5 tuoi",
    "a found wallet": "nhat duoc cai vi",
    "a wanted notice": "lenh truy na",
    "a quarantine breach": "tron cach ly",
    "karaoke": "hat karaoke",
    "fireworks": "dot phao di dung",
    "a stolen dog": "mat 2 con cho",
    "a stolen motorbike": "mat xe may roi",
    "a stolen pump": "may bom",
    "gambling": "xoc dia",
    "drugs": "hut can",
    "police impostors": "xung la thieu ta cong an",
    "domestic violence": "chong em say ruou dang cam dao",
    "a road accident": "tai nan roi",
    "sand mining": "tau hut cat trom",
    "falling stones": "xe cho da",
    "forced parking": "trong xe tu phat",
    "a flood": "nuoc len nhanh",
}


def load_corpus() -> list[Message]:
    text = (files("anninh_core") / "demo" / "data" / "corpus.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


CORPUS = load_corpus()
BY_ID = {message["id"]: message for message in CORPUS}


def attachment_kinds(message: Message) -> list[str]:
    return [attachment["kind"] for attachment in message["attachments"]]


def written_at(message: Message) -> datetime:
    return datetime.fromisoformat(message["at"])


def has_personal_data(kind: str) -> Callable[[Message], bool]:
    return lambda message: any(finding.kind == kind for finding in find_personal_data(message["text"]))


def has_only_attachments(kind: str) -> Callable[[Message], bool]:
    return lambda message: not message["text"] and set(attachment_kinds(message)) == {kind}


def lacks_diacritics(message: Message) -> bool:
    return bool(message["text"].isascii() and len(message["text"].split()) >= 5)


def is_decomposed(message: Message) -> bool:
    return not unicodedata.is_normalized("NFC", message["text"])


def is_teen_code(message: Message) -> bool:
    return len(TEEN_CODE.intersection(message["text"].lower().replace(",", " ").split())) >= 2


def has_emoji(message: Message) -> bool:
    return any(unicodedata.category(character) == "So" for character in message["text"])


ODDITIES: dict[str, tuple[int, Callable[[Message], bool]]] = {
    "without diacritics": (15, lacks_diacritics),
    "decomposed": (5, is_decomposed),
    "teen-code": (8, is_teen_code),
    "misspelt": (8, lambda message: "typo" in message["note"]),
    "emoji": (10, has_emoji),
    "phone number": (5, has_personal_data("phone")),
    "plate": (5, has_personal_data("plate")),
    "card number": (2, has_personal_data("cccd")),
    "link": (1, has_personal_data("link")),
    "very long": (1, lambda message: len(message["text"]) > 3000),
    "sticker only": (1, has_only_attachments("sticker")),
    "image only": (3, has_only_attachments("image")),
    "location only": (2, has_only_attachments("location")),
    "voice only": (1, has_only_attachments("audio")),
    "nothing at all": (1, lambda message: not message["text"] and not message["attachments"]),
    "emergency": (15, lambda message: message["expect"]["emergency"]),
    "pasted from a residential area": (12, lambda message: "/kdc-" in (message["group"] or "")),
}


def test_size_and_order() -> None:
    """There are at least 200 messages and 100 senders, ids are unique, and time runs forward inside the demo's year."""
    times = [written_at(message) for message in CORPUS]
    assert len(CORPUS) >= 200
    assert len({message["sender"] for message in CORPUS}) >= 100
    assert len(BY_ID) == len(CORPUS)
    assert times == sorted(times)
    assert all("2021-08-22" <= message["at"][:10] <= "2022-06-10" for message in CORPUS)
    assert {time.utcoffset() for time in times} == {timedelta(hours=7)}


def test_messages_are_well_formed() -> None:
    """Each message of the corpus has exactly the documented fields, known attachments, a note and at most 4,000
    characters.
    """
    for message in CORPUS:
        assert set(message) == FIELDS, message["id"]
        assert message["note"], message["id"]
        assert len(message["text"]) <= 4000, message["id"]
        assert set(attachment_kinds(message)) <= ATTACHMENTS, message["id"]
        for attachment in message["attachments"]:
            assert attachment["kind"] != "location" or {"lat", "lon"} <= set(attachment), message["id"]


def test_group_belongs_to_the_senders_commune() -> None:
    """A group message comes from the group of the sender's commune or of one of its two residential areas, any other
    message from no group.
    """
    for message in CORPUS:
        area = message["area"]
        groups = {area, f"{area}/kdc-1", f"{area}/kdc-2"} if message["channel"] == "group" else {None}
        assert message["group"] in groups, message["id"]


def test_expectations_are_consistent() -> None:
    """In the corpus only tips have a category, every tip with text has one, and only tips are emergencies."""
    for message in CORPUS:
        expect = message["expect"]
        assert set(expect) == {"kind", "category", "emergency"}, message["id"]
        if expect["kind"] == "tip":
            assert expect["category"] in CATEGORIES or not message["text"], message["id"]
        else:
            assert not expect["category"], message["id"]
            assert expect["emergency"] is False, message["id"]


def test_senders_keep_name_and_commune() -> None:
    """A sender keeps the same name and commune through the whole corpus."""
    people = {(message["sender"], message["name"], message["area"]) for message in CORPUS}
    assert len(people) == len({message["sender"] for message in CORPUS})
    assert {message["area"] for message in CORPUS} == COMMUNES


def test_every_kind_is_frequent_enough() -> None:
    """Each kind of message occurs in the corpus at least as often as the demo needs."""
    counts = Counter(message["expect"]["kind"] for message in CORPUS)
    assert set(counts) == set(FEWEST)
    assert {kind: counts[kind] for kind in FEWEST if counts[kind] < FEWEST[kind]} == {}


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_every_category_has_tips(category: str) -> None:
    """The corpus has at least nine tips for each of the plan's eight incoming categories."""
    assert sum(message["expect"]["category"] == category for message in CORPUS) >= 9


@pytest.mark.parametrize("oddity", sorted(ODDITIES))
def test_oddity_is_present(oddity: str) -> None:
    """The corpus has enough messages with each oddity of real residents' messages."""
    fewest, holds = ODDITIES[oddity]
    assert sum(holds(message) for message in CORPUS) >= fewest


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_topic_is_present(topic: str) -> None:
    """Each topic that residents of this district report occurs in the corpus."""
    assert any(TOPICS[topic] in fold(message["text"]) for message in CORPUS)


def test_no_two_texts_are_similar() -> None:
    """No two texts of the corpus share most of their words, because near-copies would make any classifier seem
    better.
    """
    bags = [(message["id"], set(fold(message["text"]).split())) for message in CORPUS]
    long = [(name, bag) for name, bag in bags if len(bag) >= 5]
    similar = [
        (a, b)
        for i, (a, words) in enumerate(long)
        for b, other_words in long[:i]
        if len(words & other_words) > 0.6 * len(words | other_words)
    ]
    assert similar == []


def test_replies_point_back() -> None:
    """Continuations, and no other messages, refer to an earlier message of the same sender."""
    for message in CORPUS:
        assert (message["reply_to"] is not None) == (message["expect"]["kind"] == "continuation"), message["id"]
        if message["reply_to"]:
            earlier = BY_ID[message["reply_to"]]
            assert earlier["sender"] == message["sender"]
            assert earlier["expect"]["kind"] == "tip"
            assert written_at(earlier) < written_at(message)


def test_receipt_is_known() -> None:
    """A resident who quotes a receipt has sent a tip in a one-to-one chat before."""
    for number, message in enumerate(CORPUS):
        if "{receipt}" in message["text"]:
            assert message["expect"]["kind"] == "command"
            assert any(
                earlier["sender"] == message["sender"]
                and earlier["channel"] == "oa"
                and earlier["expect"]["kind"] == "tip"
                for earlier in CORPUS[:number]
            ), message["id"]


def test_one_fire_has_several_witnesses() -> None:
    """At least four residents report the same fire within twenty minutes, all as an emergency."""
    reports = [message for message in CORPUS if message["note"].startswith("same fire")]
    assert len({message["sender"] for message in reports}) >= 4
    assert all(message["expect"]["emergency"] for message in reports)
    assert written_at(reports[-1]) - written_at(reports[0]) <= timedelta(minutes=20)


def test_groups_get_messages_after_founding() -> None:
    """Until 15 September 2021 only the pilot's group gets messages, because the plan founds the others by then."""
    early = {message["group"] for message in CORPUS if message["group"] and message["at"] < "2021-09-15"}
    assert early == {"ninh-hoa"}
