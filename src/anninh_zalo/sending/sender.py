"""Send a message: first its uploads, then part by part; a sent part isn't sent again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from anninh_core.kernel.errors import DeliveryError, RecipientUnreachable, RequestRejected
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place, Receipt
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import ContentRefused, UploadExpired, get_text
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
    """Sends messages to people and groups. Threads may share it.

    Args:
        instance: name of the messenger instance in its addresses.
        services: clock, blobs and state.
        cutting: options for splitting texts.
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
        """Send a message, or resume after the last part of an earlier attempt.

        Raises:
            DeliveryError: the class determines how to proceed; `UnknownOutcome` if a part may or may not have arrived.
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
        return Receipt(ids[-1], self._clock.now(), rendering=_get_rendering(message, parts))

    def split(self, message: OutgoingMessage) -> Sequence[MessagePart]:
        """Return the parts of a message.

        Raises:
            RequestRejected: the message is empty.
            RecipientUnreachable: its address is another messenger's.
            Unsupported: it has an attachment that Zalo doesn't accept.
        """
        require_own_address(self._instance, message.to)
        return split_message(message, self._split_options)

    def _check_quota(self, message: OutgoingMessage) -> None:
        def is_message_free() -> bool:
            if message.to.place is Place.GROUP or parse_visitor(message.to.id) is not None:
                return True  # Neither a group's nor a visitor's messages have a price, as far as is known.
            try:
                window = read_window(self._api.ask(catalogue.contact_window_call(message.to.id)))
            except DeliveryError:
                # If the account has no right to this call, the message waits for the package, not for a person.
                return False
            return window.is_free(self._clock.now())

        self._quota_guard.require_quota(message.purpose, self._clock.now(), is_message_free)

    def _upload(self, part: MessagePart) -> ZaloUpload | None:
        return self._uploads.upload(part.attachment) if part.attachment else None

    def _send_part(
        self, message: OutgoingMessage, part: MessagePart, uploaded: ZaloUpload | None, *, first: bool
    ) -> str:
        try:
            return self._send_once(message, part, uploaded, first=first)
        except UploadExpired:
            if uploaded is None:
                raise
            self._uploads.forget_upload(uploaded)
        return self._send_once(message, part, self._upload(part), first=first)

    def _send_once(
        self, message: OutgoingMessage, part: MessagePart, uploaded: ZaloUpload | None, *, first: bool
    ) -> str:
        content = _build_content(part, uploaded)
        if message.to.place is Place.GROUP:
            return self._post_message(catalogue.group_message_call, bodies.group_body(message.to.id, content))
        if (visitor := parse_visitor(message.to.id)) is not None:  # A visitor's widget has no quotes.
            return self._post_message(
                catalogue.visitor_message_call, bodies.visitor_body(visitor.id, visitor.conversation, content)
            )
        quote = message.reply_to if first else ""
        try:
            return self._post_message(catalogue.consultation_call, bodies.person_body(message.to.id, content, quote))
        except (UploadExpired, ContentRefused):
            raise
        except RequestRejected:  # Zalo may have refused the quote, because the quoted message is too old or deleted.
            if not quote:
                raise
        return self._post_message(catalogue.consultation_call, bodies.person_body(message.to.id, content))

    def _post_message(self, build_call: Callable[[Mapping[str, Any]], Any], body: Mapping[str, Any]) -> str:
        response = self._api.ask(build_call(body))
        self._quota_guard.observe_quota(response, self._clock.now())
        return get_text(response, "data", "message_id")


def require_own_address(instance: str, address: Address) -> Address:
    """Return an address of this instance unchanged.

    Raises:
        RecipientUnreachable: it belongs to another instance.
    """
    if address.messenger != instance:
        raise RecipientUnreachable(
            "The address belongs to messenger {messenger!r}, not to {second_messenger!r}: send through {messenger!r}.",
            messenger=address.messenger,
            second_messenger=instance,
        )
    return address


def _build_content(part: MessagePart, uploaded: ZaloUpload | None) -> Mapping[str, Any]:
    if uploaded is None:
        return bodies.text(part.text)
    if uploaded.form == "file":
        return bodies.file_content(uploaded.id)
    if uploaded.form == "gif":
        return bodies.gif_content(uploaded.id, uploaded.width, uploaded.height, part.text)
    return bodies.image_content(uploaded.id, part.text)


def _get_rendering(message: OutgoingMessage, parts: Sequence[MessagePart]) -> str:
    """Return the text as it was sent, or "" if it equals the message's text."""
    sent_text = "\n".join(part.text for part in parts if part.text)
    return "" if sent_text == message.text else sent_text
