"""Messages are sent in pieces: each file is uploaded once, nothing is sent twice, and every refusal is understood."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from attrs import evolve, frozen
from tests.zalo.conftest import Bench, build_bench
from tests.zalo.official.listening import record_api_calls

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
class NamedBlobs:
    """A store of files with the given contents by name, or one that raises `trouble`."""

    contents: Mapping[str, bytes]
    trouble: type[Exception] | None = None

    def get(self, digest: str) -> bytes:
        if self.trouble is not None:
            raise self.trouble("no")
        return self.contents[digest]


def count_calls(bench: Bench, path: str) -> int:
    """Return how often the API path was called."""
    return sum(called_path == path for _, called_path in bench.sandbox.calls)


def store_file(bench: Bench, kind: str, name: str, content: bytes) -> Attachment:
    """Store a file, and return it as an attachment."""
    return Attachment(kind, name, blob=bench.services.blobs.put(content))


def test_picture_has_its_text_as_caption(bench: Bench) -> None:
    """One picture with a short text is one message, and is uploaded once for two people."""
    picture = store_file(bench, "image", "anh.JPG", PICTURE)
    for person in (bench.add_writer(), bench.add_writer("Khuất Văn Thử")):
        bench.messenger.send(bench.build_message(person, "Đối tượng", attachments=(picture,)))
        assert [(message.kind, message.text) for message in person.heard] == [("image", "Đối tượng")]

    assert count_calls(bench, "/v2.0/oa/upload/image") == 1


def test_attachments_follow_the_text_in_order(bench: Bench) -> None:
    """Several attachments are sent after the text as separate messages in order, and a link as text."""
    person = bench.add_writer()
    attachments = (
        store_file(bench, "image", "a.png", PICTURE),
        store_file(bench, "image", "b.gif", GIF),
        store_file(bench, "file", "Kế hoạch.PDF", b"%PDF-1.7"),
        Attachment("link", "Bản đồ", url="https://example.org/x"),
    )
    bench.messenger.send(bench.build_message(person, "Gửi bà con", attachments=attachments))

    assert [message.kind for message in person.heard] == ["text", "image", "gif", "file", "text"]
    assert person.heard[-1].text == "Bản đồ https://example.org/x"


def test_old_or_forgotten_upload_is_repeated(bench: Bench) -> None:
    """A file is uploaded again after 6 and a half days, or if Zalo has forgotten it earlier."""
    person = bench.add_writer()
    picture = store_file(bench, "image", "a.png", PICTURE)
    bench.messenger.send(bench.build_message(person, "1", key="1", attachments=(picture,)))
    bench.sandbox.fail_next(-100, "/message/cs")
    bench.messenger.send(bench.build_message(person, "2", key="2", attachments=(picture,)))
    bench.clock.advance(timedelta(days=6, hours=13))
    bench.messenger.send(bench.build_message(person, "3", key="3", attachments=(picture,)))

    assert [message.text for message in person.heard] == ["1", "2", "3"]
    assert count_calls(bench, "/v2.0/oa/upload/image") == 3


@pytest.mark.parametrize(
    ("kind", "name", "content", "said"),
    [
        ("image", "a.png", b"BM" + b"\0" * 9, "The picture isn't a JPEG, PNG or GIF file: save it as one of"),
        ("image", "a.png", PICTURE + b"\0" * 1_100_000, "1,100,070 bytes, but Zalo accepts at most 1 MB: make it"),
        ("file", "a.exe", b"MZ", r"doesn't end in one of \.pdf, \.doc, \.docx, \.csv: save the file as PDF"),
        ("file", "a.pdf", b"\0" * 5_300_000, "5,300,000 bytes, but Zalo accepts at most 5 MB: make it"),
    ],
)
def test_unacceptable_file_is_refused(bench: Bench, kind: str, name: str, content: bytes, said: str) -> None:
    """A file that Zalo doesn't accept is refused with a remedy before any part of the message is sent."""
    person = bench.add_writer()
    with pytest.raises(RequestRejected, match=said):
        bench.messenger.send(bench.build_message(person, attachments=(store_file(bench, kind, name, content),)))
    assert not person.heard


@pytest.mark.parametrize("kind", ["video", "audio", "location", "sticker"])
def test_unsupported_attachment_is_refused(bench: Bench, kind: str) -> None:
    """A message with an attachment of an unsupported kind is refused, and never sent without the attachment."""
    person = bench.add_writer()
    with pytest.raises(Unsupported, match=kind):
        bench.messenger.send(bench.build_message(person, attachments=(store_file(bench, kind, "x", b"x"),)))
    assert not person.heard


def test_refused_quote_is_omitted(bench: Bench) -> None:
    """If Zalo refuses the quote, the message is sent without it."""
    person = bench.add_writer()
    bench.messenger.send(bench.build_message(person, "Đã rõ", reply_to="khong-con"))
    incoming = person.says("nữa")
    bench.messenger.send(bench.build_message(person, "Vâng", key="k-2", reply_to=incoming.id))

    assert [(message.text, message.quote) for message in person.heard] == [("Đã rõ", ""), ("Vâng", incoming.id)]


def test_interrupted_long_text_is_continued(bench: Bench) -> None:
    """A long text that was refused in the middle is continued by the next attempt, without repeating a part."""
    person = bench.add_writer()
    message = bench.build_message(person, "Đường làng ngõ xóm. " * 250)
    bench.messenger.send(bench.build_message(person, "trước", key="k-0"))
    bench.sandbox.world.script.add("rate_limit", "/message/cs", 1)
    with pytest.raises(RetryLater):
        bench.messenger.send(message)
    assert len(person.heard) == 1
    bench.messenger.send(message)
    bench.messenger.send(message)

    assert "".join(part.text[6:] for part in person.heard[1:]).strip() == message.text.strip()


def test_expired_token_is_refreshed_while_sending(bench: Bench) -> None:
    """An access token that has expired is refreshed while sending, and the message arrives."""
    person = bench.add_writer()
    bench.clock.advance(timedelta(hours=26))
    person.says("còn đó không")
    bench.messenger.send(bench.build_message(person))

    assert len(person.heard) == 1


def test_contact_window_is_seven_days(bench: Bench) -> None:
    """The contact window ends after 7 days, and its end can be queried."""
    person = bench.add_writer()
    address = Address("oa", Place.PERSON, person.id)
    window = bench.messenger.window(address)
    assert window.last == bench.clock.now()
    assert window.is_open(bench.clock.now())
    assert window.is_free(bench.clock.now())

    bench.clock.advance(timedelta(days=7, minutes=1))
    assert not window.is_open(bench.clock.now())
    with pytest.raises(RecipientUnreachable, match="more than 7 days ago"):
        bench.messenger.send(bench.build_message(person))


def test_night_messages_wait_for_morning(bench: Bench) -> None:
    """A message that Zalo refuses at night waits for 6 o'clock in Vietnam's time zone, each message for a different
    minute.
    """
    person = bench.add_writer()
    bench.clock.set(bench.clock.now().astimezone(VIETNAM).replace(hour=23))
    send_times = set()
    for key in ("a", "b", "c"):
        bench.sandbox.fail_next(-234, "/message/cs")
        with pytest.raises(RetryLater) as raised:
            bench.messenger.send(bench.build_message(person, key=key))
        assert raised.value.after is not None
        send_times.add((bench.clock.now() + raised.value.after).astimezone(VIETNAM))

    assert len(send_times) == 3
    assert {send_time.hour for send_time in send_times} == {6}


def test_last_package_messages_are_reserved(bench: Bench) -> None:
    """The last paid messages of the package are reserved for receipts and emergencies; free replies are still sent."""
    bench = build_bench(reserve="5")
    person = bench.add_writer()
    recent_person = bench.add_writer("Khuất Văn Mới")
    bench.account.account.monthly = 6
    for number in range(9):
        bench.messenger.send(bench.build_message(person, key=f"k{number}"))
    with pytest.raises(RetryLater, match="are reserved for emergencies and receipts: try again later, or buy"):
        bench.messenger.send(bench.build_message(person, key="more"))

    bench.messenger.send(evolve(bench.build_message(person, key="receipt"), purpose="tip.receipt"))
    bench.messenger.send(bench.build_message(recent_person, key="free"))
    assert (len(person.heard), len(recent_person.heard)) == (10, 1)


def test_last_requests_of_a_minute_are_reserved(bench: Bench) -> None:
    """The last requests of a minute, whose number is known from response headers, are reserved for urgent messages."""
    bench = build_bench(reserve="5")
    bench.account.account.per_minute = 10
    person = bench.add_writer()
    for number in range(5):
        bench.messenger.send(bench.build_message(person, key=f"k{number}"))
    with pytest.raises(RetryLater, match="of this minute") as raised:
        bench.messenger.send(bench.build_message(person, key="more"))
    assert raised.value.after is not None

    bench.messenger.send(evolve(bench.build_message(person, key="e"), purpose="tip.emergency"))
    bench.clock.advance(raised.value.after)
    bench.messenger.send(bench.build_message(person, key="later"))


def test_mentions_in_texts_are_escaped(bench: Bench) -> None:
    """A mention in a text is escaped so that no member is notified, and the receipt has the sent text."""
    person = bench.add_writer()
    receipt = bench.messenger.send(bench.build_message(person, "Bà con báo: [@a1b2c3] gọi [@all]"))

    assert person.heard[-1].text == receipt.rendering == "Bà con báo: (@a1b2c3] gọi [@all]"


def test_storage_failure_postpones_the_message(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the storage fails, nothing is sent, and the message is retried later."""
    person = bench.add_writer()

    def raise_storage_busy(_name: str) -> None:
        raise StorageBusy("locked")

    monkeypatch.setattr(bench.services.state, "get", raise_storage_busy)
    with pytest.raises(RetryLater, match=r"The storage can't be used now \(StorageBusy\): it is tried again later"):
        bench.messenger.send(bench.build_message(person))
    assert not person.heard


def test_revoked_token_needs_a_new_consent(bench: Bench) -> None:
    """After a revoked consent the error asks an administrator to consent again."""
    revoked = build_bench()
    person = revoked.add_writer()
    revoked.account.revokes(revoked.app)
    with pytest.raises(NeedsPerson, match="let an administrator of the account consent again with `anninh zalo login`"):
        revoked.messenger.send(revoked.build_message(person))


def test_lost_response_is_an_unknown_outcome(bench: Bench) -> None:
    """If the response is lost, the outcome of a message is unknown, whether or not the message arrived."""
    person = bench.add_writer()
    for name in ("lost_answer", "lost_before"):
        bench.sandbox.fail_next(name, "/message/cs")
        with pytest.raises(UnknownOutcome):
            bench.messenger.send(bench.build_message(person, key=name))
    assert len(person.heard) == 1


def test_night_refusal_by_day_is_retried_hourly(bench: Bench) -> None:
    """If Zalo refuses a message as sent at night although it is day here, the message is retried each hour, because
    Zalo's documentation names no time zone.
    """
    person = bench.add_writer()
    bench.sandbox.fail_next(-234, "/message/cs")
    with pytest.raises(RetryLater) as raised:
        bench.messenger.send(bench.build_message(person))
    assert raised.value.after == timedelta(hours=1)


def test_reserve_is_kept_without_quota_permission(bench: Bench) -> None:
    """If the quota can't be read, the package's last messages stay reserved, and no person has to act."""
    bench = build_bench(reserve="5")
    person = bench.add_writer()
    bench.account.account.monthly = 6
    for number in range(9):  # Eight messages are free, and the package pays for the ninth.
        bench.messenger.send(bench.build_message(person, key=f"k-{number}"))
    bench.sandbox.fail_next(-212, "/quota/message")
    with pytest.raises(RetryLater, match="are reserved for emergencies and receipts: try again later, or buy"):
        bench.messenger.send(bench.build_message(person, key="k-9"))


def test_refused_content_is_not_sent_again(bench: Bench) -> None:
    """A message with refused content isn't sent again without its quote."""
    person = bench.add_writer()
    incoming = person.says("hỏi")
    bench.sandbox.fail_next(-248, "/message/cs")
    with pytest.raises(RequestRejected, match="-248"):
        bench.messenger.send(bench.build_message(person, reply_to=incoming.id))
    assert count_calls(bench, "/v3.0/oa/message/cs") == 1


def test_same_content_is_uploaded_once(bench: Bench) -> None:
    """The same content is uploaded once, even if it is stored under several names because it is encrypted for each
    conversation.
    """
    names = {"a" * 64: PICTURE, "b" * 64: PICTURE}
    bench = build_bench(evolve(bench.services, blobs=NamedBlobs(names)))  # type: ignore[arg-type]  # nothing else is asked
    person = bench.add_writer()
    for name in names:
        bench.messenger.send(
            bench.build_message(person, key=name, attachments=(Attachment("image", "a.png", blob=name),))
        )
    assert (len(person.heard), count_calls(bench, "/v2.0/oa/upload/image")) == (2, 1)


def test_upload_without_an_id_is_not_cached(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload for which Zalo returns no id isn't cached: the message waits, and the next attempt uploads the file
    again.
    """
    person = bench.add_writer()
    picture = store_file(bench, "image", "a.png", PICTURE)
    ask = bench.messenger.api.ask
    with monkeypatch.context() as patch:
        patch.setattr(bench.messenger.api, "ask", lambda call: {"error": 0} if "upload" in call.path else ask(call))
        with pytest.raises(RetryLater, match="nothing was sent"):
            bench.messenger.send(bench.build_message(person, attachments=(picture,)))
    bench.messenger.send(bench.build_message(person, attachments=(picture,)))
    assert len(person.heard) == 1


@pytest.mark.parametrize(
    ("trouble", "kind"), [(StorageBusy, RetryLater), (Purged, RequestRejected), (Damaged, RequestRejected)]
)
def test_unreadable_file_is_retried_or_rejected(bench: Bench, trouble: type[Exception], kind: type[Exception]) -> None:
    """If the file store is busy, the message is retried; a file whose key was destroyed is a permanent failure."""
    bench = build_bench(evolve(bench.services, blobs=NamedBlobs({}, trouble)))  # type: ignore[arg-type]  # as above
    with pytest.raises(kind):
        bench.messenger.send(bench.build_message(bench.add_writer(), attachments=(Attachment("image", blob="a" * 64),)))


@pytest.mark.parametrize(
    ("captions", "said"), [("yes", [("Đối tượng", True)]), ("no", [("Đối tượng", False), ("", True)])]
)
def test_group_captions_follow_the_option(
    captions: str, said: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If captions aren't shown in groups, the text is sent as a separate message."""
    bench = build_bench(group_captions=captions)
    bench.account.asset("gmf10")
    group = bench.messenger.create_group("Tổ 1", []).address
    picture = store_file(bench, "image", "a.png", PICTURE)
    recorded: list[ApiCall] = []
    monkeypatch.setattr(bench.messenger.api, "ask", record_api_calls(bench.messenger.api.ask, recorded))
    bench.messenger.send(evolve(bench.build_message(bench.add_writer(), "Đối tượng", attachments=(picture,)), to=group))

    bodies = [(call.body or {})["message"] for call in recorded if call.path.endswith("/group/message")]
    assert [(body.get("text", ""), "attachment" in body) for body in bodies] == said
