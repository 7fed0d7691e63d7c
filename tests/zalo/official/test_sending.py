"""Sending in pieces: uploaded once, nothing twice, and every refusal understood."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from attrs import evolve, frozen
from tests.zalo.conftest import Bench, bench_with
from tests.zalo.official.listening import listening

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import (
    Damaged,
    NeedsPerson,
    Purged,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    StorageBusy,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Address, Attachment, Place
from anninh_zalo.api.calls import ApiCall

GIF = b"GIF89a" + (3).to_bytes(2, "little") + (2).to_bytes(2, "little") + b"\0" * 20


@frozen
class Named:
    """Blobs under names that others have given them, or a store in trouble."""

    contents: Mapping[str, bytes]
    trouble: type[Exception] | None = None

    def get(self, digest: str) -> bytes:
        """Return what lies under a name."""
        if self.trouble is not None:
            raise self.trouble("no")
        return self.contents[digest]


def calls(bench: Bench, path: str) -> int:
    """Count how often a path was called."""
    return sum(called == path for _, called in bench.sandbox.calls)


def kept(bench: Bench, kind: str, name: str, content: bytes) -> Attachment:
    """Keep a file and return it as an attachment."""
    return Attachment(kind, name, blob=bench.services.blobs.put(content))


def test_a_picture_carries_its_words(bench: Bench) -> None:
    """One picture and a short text are one message; the same picture is uploaded once for two people."""
    picture = kept(bench, "image", "anh.JPG", PICTURE)
    for person in (bench.somebody(), bench.somebody("Khuất Văn Thử")):
        bench.messenger.send(bench.to(person, "Đối tượng", attachments=(picture,)))
        assert [(one.kind, one.text) for one in person.heard] == [("image", "Đối tượng")]

    assert calls(bench, "/v2.0/oa/upload/image") == 1


def test_text_first_then_the_rest(bench: Bench) -> None:
    """Several things go out as messages of their own, in order; a link is written out."""
    person = bench.somebody()
    things = (
        kept(bench, "image", "a.png", PICTURE),
        kept(bench, "image", "b.gif", GIF),
        kept(bench, "file", "Kế hoạch.PDF", b"%PDF-1.7"),
        Attachment("link", "Bản đồ", url="https://example.org/x"),
    )
    bench.messenger.send(bench.to(person, "Gửi bà con", attachments=things))

    assert [one.kind for one in person.heard] == ["text", "image", "gif", "file", "text"]
    assert person.heard[-1].text == "Bản đồ https://example.org/x"


def test_uploads_grow_old(bench: Bench) -> None:
    """After 6 and a half days a file is uploaded anew; one that Zalo has forgotten earlier, too."""
    person = bench.somebody()
    picture = kept(bench, "image", "a.png", PICTURE)
    bench.messenger.send(bench.to(person, "1", key="1", attachments=(picture,)))
    bench.sandbox.fail_next(-100, "/message/cs")
    bench.messenger.send(bench.to(person, "2", key="2", attachments=(picture,)))
    bench.clock.advance(timedelta(days=6, hours=13))
    bench.messenger.send(bench.to(person, "3", key="3", attachments=(picture,)))

    assert [one.text for one in person.heard] == ["1", "2", "3"]
    assert calls(bench, "/v2.0/oa/upload/image") == 3


@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("image", "a.png", b"BM" + b"\0" * 9, "The picture isn't a JPEG, PNG or GIF file: save it as one of"),
        ("image", "a.png", PICTURE + b"\0" * 1_100_000, "1,100,070 bytes, but Zalo accepts at most 1 MB: make it"),
        ("file", "a.exe", b"MZ", r"doesn't end in one of \.pdf, \.doc, \.docx, \.csv: save the file as PDF"),
        ("file", "a.pdf", b"\0" * 5_300_000, "5,300,000 bytes, but Zalo accepts at most 5 MB: make it"),
    ],
)
def test_files_that_zalo_does_not_take(bench: Bench, kind: str, name: str, content: bytes, said: str) -> None:
    """Are refused with the way out, and nothing of the message leaves."""
    person = bench.somebody()
    with pytest.raises(RequestRejected, match=said):
        bench.messenger.send(bench.to(person, attachments=(kept(bench, kind, name, content),)))
    assert not person.heard


@pytest.mark.parametrize("kind", ["video", "audio", "location", "sticker"])
def test_kinds_that_zalo_does_not_take(bench: Bench, kind: str) -> None:
    """Are said to be impossible, never left out."""
    person = bench.somebody()
    with pytest.raises(Unsupported, match=kind):
        bench.messenger.send(bench.to(person, attachments=(kept(bench, kind, "x", b"x"),)))
    assert not person.heard


def test_a_refused_quote_is_left_out(bench: Bench) -> None:
    """The answer matters more than what it quotes."""
    person = bench.somebody()
    bench.messenger.send(bench.to(person, "Đã rõ", reply_to="khong-con"))
    said = person.says("nữa")
    bench.messenger.send(bench.to(person, "Vâng", key="k-2", reply_to=said.id))

    assert [(one.text, one.quote) for one in person.heard] == [("Đã rõ", ""), ("Vâng", said.id)]


def test_a_long_text_goes_on_where_it_stopped(bench: Bench) -> None:
    """After a refusal in the middle, the next try sends what is left; after an unknown part nothing is guessed."""
    person = bench.somebody()
    message = bench.to(person, "Đường làng ngõ xóm. " * 250)
    bench.messenger.send(bench.to(person, "trước", key="k-0"))
    bench.sandbox.world.script.add("rate_limit", "/message/cs", 1)
    with pytest.raises(RetryLater):
        bench.messenger.send(message)
    assert len(person.heard) == 1
    bench.messenger.send(message)
    bench.messenger.send(message)

    assert "".join(one.text[6:] for one in person.heard[1:]).strip() == message.text.strip()


def test_tokens_are_renewed_in_the_middle(bench: Bench) -> None:
    """An expired token costs a refresh, not a message."""
    person = bench.somebody()
    bench.clock.advance(timedelta(hours=26))
    person.says("còn đó không")
    bench.messenger.send(bench.to(person))

    assert len(person.heard) == 1


def test_contact_window_is_seven_days(bench: Bench) -> None:
    """After 7 days nothing reaches a person; until when it does can be asked."""
    person = bench.somebody()
    address = Address("oa", Place.PERSON, person.id)
    window = bench.messenger.window(address)
    assert window.last == bench.clock.now()
    assert window.is_open(bench.clock.now())
    assert window.is_free(bench.clock.now())

    bench.clock.advance(timedelta(days=7, minutes=1))
    assert not window.is_open(bench.clock.now())
    with pytest.raises(RecipientUnreachable, match="more than 7 days ago"):
        bench.messenger.send(bench.to(person))


def test_night_messages_wait_for_morning(bench: Bench) -> None:
    """What isn't sent at night waits for the morning of Vietnam's clock, each message for another minute of it."""
    person = bench.somebody()
    bench.clock.set(bench.clock.now().astimezone(VIETNAM).replace(hour=23))
    moments = set()
    for key in ("a", "b", "c"):
        bench.sandbox.fail_next(-234, "/message/cs")
        with pytest.raises(RetryLater) as raised:
            bench.messenger.send(bench.to(person, key=key))
        assert raised.value.after is not None
        moments.add((bench.clock.now() + raised.value.after).astimezone(VIETNAM))

    assert len(moments) == 3
    assert {moment.hour for moment in moments} == {6}


def test_the_last_of_the_package_is_kept(bench: Bench) -> None:
    """Once little is left of what is paid for, only receipts and emergencies use it; free answers go on."""
    bench = bench_with(reserve="5")
    person = bench.somebody()
    fresh = bench.somebody("Khuất Văn Mới")
    bench.account.account.monthly = 6
    for number in range(9):
        bench.messenger.send(bench.to(person, key=f"k{number}"))
    with pytest.raises(RetryLater, match="are reserved for emergencies and receipts: try again later, or buy"):
        bench.messenger.send(bench.to(person, key="more"))

    bench.messenger.send(evolve(bench.to(person, key="receipt"), purpose="tip.receipt"))
    bench.messenger.send(bench.to(fresh, key="free"))
    assert (len(person.heard), len(fresh.heard)) == (10, 1)


def test_the_last_of_a_minute_is_kept(bench: Bench) -> None:
    """What the headers say is left is used by what can't wait."""
    bench = bench_with(reserve="5")
    bench.account.account.per_minute = 10
    person = bench.somebody()
    for number in range(5):
        bench.messenger.send(bench.to(person, key=f"k{number}"))
    with pytest.raises(RetryLater, match="of this minute") as raised:
        bench.messenger.send(bench.to(person, key="more"))
    assert raised.value.after is not None

    bench.messenger.send(evolve(bench.to(person, key="e"), purpose="tip.emergency"))
    bench.clock.advance(raised.value.after)
    bench.messenger.send(bench.to(person, key="later"))


def test_nothing_mentions_anybody(bench: Bench) -> None:
    """A resident's words in a post can't ring everybody's bell, and the receipt tells what was sent instead."""
    person = bench.somebody()
    receipt = bench.messenger.send(bench.to(person, "Bà con báo: [@a1b2c3] gọi [@all]"))

    assert person.heard[-1].text == receipt.rendering == "Bà con báo: (@a1b2c3] gọi [@all]"


def test_our_own_storage_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is sent, and the message waits."""
    person = bench.somebody()

    def fail(_name: str) -> None:
        raise StorageBusy("locked")

    monkeypatch.setattr(bench.services.state, "get", fail)
    with pytest.raises(RetryLater, match=r"The storage can't be used now \(StorageBusy\): it is tried again later"):
        bench.messenger.send(bench.to(person))
    assert not person.heard


def test_nobody_has_consented(bench: Bench) -> None:
    """Without a token a person has to act, and is told how."""
    fresh = bench_with()
    person = fresh.somebody()
    fresh.account.revokes(fresh.app)
    with pytest.raises(NeedsPerson, match="let an administrator of the account consent again with `anninh zalo login`"):
        fresh.messenger.send(fresh.to(person))


def test_a_lost_answer_is_unknown(bench: Bench) -> None:
    """Whether the message arrived or not."""
    person = bench.somebody()
    for name in ("lost_answer", "lost_before"):
        bench.sandbox.fail_next(name, "/message/cs")
        with pytest.raises(UnknownOutcome):
            bench.messenger.send(bench.to(person, key=name))
    assert len(person.heard) == 1


def test_a_night_by_day(bench: Bench) -> None:
    """Zalo names no time zone: where its night is our day, the message is tried each hour, not each morning in vain."""
    person = bench.somebody()
    bench.sandbox.fail_next(-234, "/message/cs")
    with pytest.raises(RetryLater) as raised:
        bench.messenger.send(bench.to(person))
    assert raised.value.after == timedelta(hours=1)


def test_whoever_may_not_ask_for_the_window_waits(bench: Bench) -> None:
    """The package's last messages are kept all the same; no person is called for it."""
    bench = bench_with(reserve="5")
    person = bench.somebody()
    bench.account.account.monthly = 6
    for number in range(9):  # eight are free, the ninth is the package's
        bench.messenger.send(bench.to(person, key=f"k-{number}"))
    bench.sandbox.fail_next(-212, "/quota/message")
    with pytest.raises(RetryLater, match="are reserved for emergencies and receipts: try again later, or buy"):
        bench.messenger.send(bench.to(person, key="k-9"))


def test_what_breaks_the_rules_is_not_said_twice(bench: Bench) -> None:
    """A refused content isn't tried once more without its quote, as a refused quote is."""
    person = bench.somebody()
    said = person.says("hỏi")
    bench.sandbox.fail_next(-248, "/message/cs")
    with pytest.raises(RequestRejected, match="-248"):
        bench.messenger.send(bench.to(person, reply_to=said.id))
    assert calls(bench, "/v3.0/oa/message/cs") == 1


def test_one_content_is_uploaded_once(bench: Bench) -> None:
    """Also where it lies in the store under several names, sealed for one conversation each."""
    names = {"a" * 64: PICTURE, "b" * 64: PICTURE}
    bench = bench_with(evolve(bench.services, blobs=Named(names)))  # type: ignore[arg-type]  # nothing else is asked
    person = bench.somebody()
    for name in names:
        bench.messenger.send(bench.to(person, key=name, attachments=(Attachment("image", "a.png", blob=name),)))
    assert (len(person.heard), calls(bench, "/v2.0/oa/upload/image")) == (2, 1)


def test_an_upload_without_a_name_is_not_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message waits, and the next try uploads again: nobody sends "" for a week."""
    person = bench.somebody()
    picture = kept(bench, "image", "a.png", PICTURE)
    ask = bench.messenger.api.ask
    with monkeypatch.context() as patch:
        patch.setattr(bench.messenger.api, "ask", lambda call: {"error": 0} if "upload" in call.path else ask(call))
        with pytest.raises(RetryLater, match="nothing was sent"):
            bench.messenger.send(bench.to(person, attachments=(picture,)))
    bench.messenger.send(bench.to(person, attachments=(picture,)))
    assert len(person.heard) == 1


@pytest.mark.parametrize(
    ("trouble", "kind"), [(StorageBusy, RetryLater), (Purged, RequestRejected), (Damaged, RequestRejected)]
)
def test_files_that_cannot_be_read(bench: Bench, trouble: type[Exception], kind: type[Exception]) -> None:
    """A store that is busy is asked again; a file whose key is destroyed is gone for good."""
    bench = bench_with(evolve(bench.services, blobs=Named({}, trouble)))  # type: ignore[arg-type]  # as above
    with pytest.raises(kind):
        bench.messenger.send(bench.to(bench.somebody(), attachments=(Attachment("image", blob="a" * 64),)))


@pytest.mark.parametrize(
    ("captions", "said"), [("yes", [("Đối tượng", True)]), ("no", [("Đối tượng", False), ("", True)])]
)
def test_words_below_a_picture_in_a_group(
    captions: str, said: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a group shows no words below pictures, they go in a message of their own."""
    bench = bench_with(group_captions=captions)
    bench.account.asset("gmf10")
    group = bench.messenger.create_group("Tổ 1", []).address
    picture = kept(bench, "image", "a.png", PICTURE)
    asked: list[ApiCall] = []
    monkeypatch.setattr(bench.messenger.api, "ask", listening(bench.messenger.api.ask, asked))
    bench.messenger.send(evolve(bench.to(bench.somebody(), "Đối tượng", attachments=(picture,)), to=group))

    bodies = [(call.body or {})["message"] for call in asked if call.path.endswith("/group/message")]
    assert [(body.get("text", ""), "attachment" in body) for body in bodies] == said
