"""Rules that every messenger adapter must keep when it sends messages."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from anninh_core.kernel.errors import (
    DeliveryError,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger, Verdict
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    DISTINCT,
    ERRORS,
    HARD_TEXTS,
    NOBODY,
    PICTURE,
    PLAIN,
    SECRET_NAME,
    VERY_LONG,
    MessengerBench,
    assert_discreet,
    build_message,
    catch_refusal,
    fail_next_call,
    get_verdict,
    join_arrived_texts,
    remove_spaces,
    require_ability,
    require_group,
    require_outside,
    send,
    since,
)
from anninh_core.testing.kits.messenger.outside import Outside
from anninh_core.vocabulary.messages import Address, Attachment


class MessengerSending(MessengerBench, ConformanceKit, kit=True):
    """Rules about sending texts and pictures, and about failures of sending."""

    def test_person_receipt(self, messenger: Messenger, person: Address) -> None:
        """M-01 A receipt for a message to a person has a time zone; with partial support the send may need a person."""
        require_ability(messenger, "send_person")
        receipt = send(messenger, build_message(person))
        assert receipt is None or receipt.at.utcoffset() is not None

    def test_group_receipt(self, messenger: Messenger, group: Address | None) -> None:
        """M-02 A receipt for a message to a group has a time zone; with partial support the send may need a person."""
        receipt = send(messenger, build_message(require_group(messenger, "send_group", group)))
        assert receipt is None or receipt.at.utcoffset() is not None

    @pytest.mark.parametrize("name", HARD_TEXTS)
    def test_text_is_not_altered(
        self, messenger: Messenger, person: Address, outside: Outside | None, name: str
    ) -> None:
        """M-03 A text arrives as approved, whatever it contains; white space may change where it is split."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        send(messenger, build_message(person, HARD_TEXTS[name]))
        assert join_arrived_texts(platform_side, person) == remove_spaces(HARD_TEXTS[name])

    def test_group_text_is_not_altered(
        self, messenger: Messenger, group: Address | None, outside: Outside | None
    ) -> None:
        """M-04 A text for a group arrives as approved, and in that group only."""
        target = require_group(messenger, "send_group", group)
        platform_side = require_outside(outside)
        send(messenger, build_message(target, HARD_TEXTS["vietnamese"]))
        assert join_arrived_texts(platform_side, target) == remove_spaces(HARD_TEXTS["vietnamese"])
        assert {address for address, _ in platform_side.delivered()} == {target}

    def test_very_long_text(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-05 A text of 10,000 characters arrives whole, or is rejected and no part of it arrives."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        try:
            send(messenger, build_message(person, VERY_LONG))
        except RequestRejected:
            assert join_arrived_texts(platform_side, person) == ""
        else:
            assert join_arrived_texts(platform_side, person) == VERY_LONG

    @pytest.mark.parametrize("text", ["", " \n\t"], ids=["empty", "blank"])
    def test_empty_message(self, messenger: Messenger, person: Address, text: str) -> None:
        """M-06 A message without text and without attachments is rejected."""
        require_ability(messenger, "send_person")
        with pytest.raises(RequestRejected):
            messenger.send(build_message(person, text))

    def test_foreign_address(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-07 An address of another messenger instance is refused permanently, and nothing arrives."""
        require_ability(messenger, "send_person")
        foreign = Address(f"not-{messenger.instance}", person.place, person.id)
        with pytest.raises((RequestRejected, RecipientUnreachable)):
            messenger.send(build_message(foreign))
        assert outside is None or not outside.delivered()

    def test_keys_tell_apart(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-08 The same text under two keys is two messages."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        for key in ("k-1", "k-2"):
            send(messenger, build_message(person, key=key))
        assert join_arrived_texts(platform_side, person) == remove_spaces(PLAIN) * 2

    def test_several_threads(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-09 Sending from several threads at once loses nothing."""
        require_ability(messenger, "send_person")
        platform_side = require_outside(outside)
        messages = [build_message(person, f"số {n:02}.", f"k-{n}") for n in range(16)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda message: send(messenger, message), messages))
        texts = sorted(text for address, text in platform_side.delivered() if address == person)
        assert texts == [message.text for message in messages]

    def test_picture(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-10 A picture from the blob store can be sent with a text."""
        require_ability(messenger, "media")
        picture = Attachment("image", "anh.png", blob=services.blobs.put(PICTURE))
        receipt = send(messenger, build_message(person, attachments=[picture]))
        assert receipt is None or receipt.at.utcoffset() is not None

    def test_pictures(
        self, messenger: Messenger, person: Address, services: AdapterServices, outside: Outside | None
    ) -> None:
        """M-27 A text with two pictures arrives as approved, and once."""
        require_ability(messenger, "send_person")
        require_ability(messenger, "media")
        platform_side = require_outside(outside)
        names = [services.blobs.put(data) for data in (PICTURE, PICTURE + b" ")]
        send(
            messenger, build_message(person, attachments=[Attachment("image", "anh.png", blob=name) for name in names])
        )
        assert join_arrived_texts(platform_side, person) == remove_spaces(PLAIN)

    def test_missing_picture(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-11 A message whose picture is not in the blob store is rejected, and nothing of it arrives."""
        require_ability(messenger, "media")
        with pytest.raises(RequestRejected):
            messenger.send(build_message(person, attachments=[Attachment("image", "anh.png", blob="0" * 64)]))
        assert outside is None or not outside.delivered()

    def test_reply(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-12 A message can quote an incoming message, or is refused by `Unsupported`."""
        require_ability(messenger, "send_person")
        incoming = messenger.parse(require_outside(outside).incoming(PLAIN).body)[0]
        message = build_message(person, reply_to=getattr(incoming, "id", ""))
        if messenger.capabilities.can("reply"):
            send(messenger, message)
        else:
            with pytest.raises(Unsupported):
                messenger.send(message)

    def test_reconcile_unsent(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-13 `reconcile` never reports a message that wasn't sent as delivered."""
        require_ability(messenger, "reconcile")
        assert (
            get_verdict(messenger.reconcile(build_message(person, key="k-never"), since(services)))
            is not Verdict.DELIVERED
        )

    def test_reconcile_sent(self, messenger: Messenger, person: Address, services: AdapterServices) -> None:
        """M-14 `reconcile` never reports a message with a receipt as not delivered."""
        require_ability(messenger, "reconcile")
        message = build_message(person)
        if send(messenger, message) is not None:
            assert get_verdict(messenger.reconcile(message, since(services))) is not Verdict.NOT_DELIVERED

    @pytest.mark.parametrize("name", ERRORS)
    def test_failures(self, messenger: Messenger, person: Address, outside: Outside | None, name: str) -> None:
        """M-15 Each failure raises its own class of error with a sentence, and the next message is sent as usual."""
        require_ability(messenger, "send_person")
        fail_next_call(outside, name)
        with pytest.raises(DeliveryError) as raised:
            messenger.send(build_message(person))
        assert type(raised.value) is ERRORS[name]
        assert str(raised.value).strip()
        send(messenger, build_message(person, key="k-2"))

    @pytest.mark.parametrize("name", ERRORS)
    def test_failures_are_discreet(
        self, messenger: Messenger, person: Address, outside: Outside | None, name: str
    ) -> None:
        """M-19 An error contains neither the recipient's id nor a word of the message: it is stored unencrypted."""
        require_ability(messenger, "send_person")
        fail_next_call(outside, name)
        with pytest.raises(DeliveryError) as raised:
            messenger.send(build_message(person, DISTINCT))
        assert_discreet(raised.value, person)

    @pytest.mark.parametrize("case", ["attachment", "foreign", "nobody", "reply"])
    def test_refusals_are_discreet(self, messenger: Messenger, person: Address, case: str) -> None:
        """M-20 A refusal of an address, attachment or quoted message shows neither the recipient's id nor the text."""
        require_ability(messenger, "send_person")
        missing = Attachment("image", SECRET_NAME, blob="0" * 64)
        message = {
            "attachment": build_message(person, DISTINCT, attachments=[missing]),
            "foreign": build_message(Address(f"not-{messenger.instance}", person.place, person.id), DISTINCT),
            "nobody": build_message(Address(messenger.instance, person.place, NOBODY), DISTINCT),
            "reply": build_message(person, DISTINCT, reply_to=NOBODY),
        }[case]
        error = catch_refusal(lambda: messenger.send(message))
        if error is not None:
            assert_discreet(error, message.to)

    def test_rate_limit_delay(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-16 A delay that the platform asks for is positive."""
        require_ability(messenger, "send_person")
        fail_next_call(outside, "rate_limit")
        with pytest.raises(RetryLater) as raised:
            messenger.send(build_message(person))
        assert raised.value.after is None or raised.value.after.total_seconds() > 0

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [("lost_answer", Verdict.NOT_DELIVERED), ("lost_before", Verdict.DELIVERED)],
        ids=["lost_answer", "lost_before"],
    )
    def test_unknown_outcome(  # noqa: PLR0917  fixtures
        self,
        messenger: Messenger,
        person: Address,
        services: AdapterServices,
        outside: Outside | None,
        name: str,
        wrong: Verdict,
    ) -> None:
        """M-17 `reconcile` never reports the opposite of what happened to a message with unknown outcome."""
        require_ability(messenger, "reconcile")
        fail_next_call(outside, name)
        with pytest.raises(UnknownOutcome):
            messenger.send(build_message(person))
        assert get_verdict(messenger.reconcile(build_message(person), since(services))) is not wrong

    @pytest.mark.parametrize(("ability", "kind"), [("media", "image"), ("file", "file")])
    def test_unsupported_attachment(
        self, messenger: Messenger, person: Address, services: AdapterServices, ability: str, kind: str
    ) -> None:
        """M-18 An attachment that the messenger can't send raises `Unsupported`; it is never left out silently."""
        if not messenger.capabilities.can(ability):
            attachment = Attachment(kind, "tep", blob=services.blobs.put(PICTURE))
            with pytest.raises(Unsupported):
                messenger.send(build_message(person, attachments=[attachment]))
