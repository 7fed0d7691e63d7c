"""Sends a message: uploads first, then part by part; a part that was sent isn't sent again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from anninh_core.kernel.errors import DeliveryError, RecipientUnreachable, RequestRejected
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place, Receipt
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import ContentRefused, UploadExpired, text_in
from anninh_zalo.api.calls import ApiClient
from anninh_zalo.policy.contact_window import read_window
from anninh_zalo.policy.quiet_hours import defer_until_morning
from anninh_zalo.policy.quota_guard import QuotaGuard
from anninh_zalo.sending import bodies
from anninh_zalo.sending.parts import MessagePart, SplitOptions, split_message
from anninh_zalo.sending.progress import MultipartProgress
from anninh_zalo.sending.uploads import Uploader, ZaloUpload
from anninh_zalo.webhook.visitors import parse_visitor


class Sender:
    """Sends to people and groups. Threads may share it.

    Args:
        instance: whose addresses are ours.
        services: clock, blobs and state.
        cutting: how long texts are cut.
        headroom: the quota reserved for urgent messages.
    """

    def __init__(
        self, instance: str, api: ApiClient, services: AdapterServices, cutting: SplitOptions, headroom: QuotaGuard
    ) -> None:
        self._instance = instance
        self._api = api
        self._clock = services.clock
        self._split_options = cutting
        self._quota_guard = headroom
        self._uploads = Uploader(api, services)
        self.progress = MultipartProgress(services.state)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send a message, or resume where an earlier try stopped.

        Raises:
            DeliveryError: the class says what to do; `UnknownOutcome` if a piece may or may not have arrived.
        """
        parts = self.split(message)
        with defer_until_morning(self._clock, message.key):
            self._check_quota(message)
            uploaded_parts = [(part, self._upload(part)) for part in parts]
            calls = [
                partial(self._send_part, message, part, uploaded, first=n == 0)
                for n, (part, uploaded) in enumerate(uploaded_parts)
            ]
            ids = self.progress.send(message.key, calls)
        return Receipt(ids[-1], self._clock.now(), rendering=_rendering(message, parts))

    def split(self, message: OutgoingMessage) -> Sequence[MessagePart]:
        """Return what a message is sent as.

        Raises:
            RequestRejected: nothing is in it, or it isn't addressed to one of ours.
            Unsupported: something in it can't go.
        """
        require_own_address(self._instance, message.to)
        return split_message(message, self._split_options)

    def _check_quota(self, message: OutgoingMessage) -> None:
        def free() -> bool:
            if message.to.place is Place.GROUP or parse_visitor(message.to.id) is not None:
                return True  # neither costs anything by message, as far as is known
            try:
                window = read_window(self._api.ask(catalogue.window(message.to.id)))
            except DeliveryError:
                return False  # whoever may not ask waits for the package, not for a person
            return window.is_free(self._clock.now())

        self._quota_guard.require(message.purpose, self._clock.now(), free)

    def _upload(self, piece: MessagePart) -> ZaloUpload | None:
        return self._uploads.upload(piece.attachment) if piece.attachment else None

    def _send_part(self, message: OutgoingMessage, piece: MessagePart, up: ZaloUpload | None, *, first: bool) -> str:
        try:
            return self._send_once(message, piece, up, first=first)
        except UploadExpired:
            if up is None:
                raise
            self._uploads.forget(up)
        return self._send_once(message, piece, self._upload(piece), first=first)

    def _send_once(self, message: OutgoingMessage, piece: MessagePart, up: ZaloUpload | None, *, first: bool) -> str:
        content = _message_body(piece, up)
        if message.to.place is Place.GROUP:
            return self._post_message(catalogue.group_message, bodies.to_group(message.to.id, content))
        if (visitor := parse_visitor(message.to.id)) is not None:  # in a widget nothing is quoted
            return self._post_message(
                catalogue.visitor_message, bodies.to_visitor(visitor.id, visitor.conversation, content)
            )
        quote = message.reply_to if first else ""
        try:
            return self._post_message(catalogue.consultation, bodies.to_person(message.to.id, content, quote))
        except (UploadExpired, ContentRefused):
            raise
        except RequestRejected:  # perhaps of the quote: a message too old, or deleted
            if not quote:
                raise
        return self._post_message(catalogue.consultation, bodies.to_person(message.to.id, content))

    def _post_message(self, way: Callable[[Mapping[str, Any]], Any], body: Mapping[str, Any]) -> str:
        answer = self._api.ask(way(body))
        self._quota_guard.observe_quota(answer, self._clock.now())
        return text_in(answer, "data", "message_id")


def require_own_address(instance: str, address: Address) -> Address:
    """Return an address of this instance.

    Raises:
        RecipientUnreachable: it belongs to another one.
    """
    if address.messenger != instance:
        raise RecipientUnreachable(
            "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through {messenger!r}.",
            messenger=address.messenger,
            second_messenger=instance,
        )
    return address


def _message_body(piece: MessagePart, up: ZaloUpload | None) -> Mapping[str, Any]:
    if up is None:
        return bodies.text(piece.text)
    if up.form == "file":
        return bodies.file(up.id)
    if up.form == "gif":
        return bodies.gif(up.id, up.width, up.height, piece.text)
    return bodies.image(up.id, piece.text)


def _rendering(message: OutgoingMessage, pieces: Sequence[MessagePart]) -> str:
    """Return the text as it was sent, "" where that is what was handed in."""
    sent_text = "\n".join(part.text for part in pieces if part.text)
    return "" if sent_text == message.text else sent_text
