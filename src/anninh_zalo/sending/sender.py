"""Sends a message: uploads first, then part by part; a part that was sent isn't sent again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from anninh_core.kernel.errors import DeliveryError, RecipientUnreachable, RequestRejected
from anninh_core.ports.adapter import AdapterServices
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place, Receipt
from anninh_zalo.api import catalogue
from anninh_zalo.api.answers import ContentRefused, UploadExpired, text_in
from anninh_zalo.api.calls import Asks
from anninh_zalo.rules.headroom import Headroom
from anninh_zalo.rules.night import sleeping
from anninh_zalo.rules.windows import read_window
from anninh_zalo.sending import bodies
from anninh_zalo.sending.pieces import Cutting, Piece, pieces_of
from anninh_zalo.sending.progress import Progress
from anninh_zalo.sending.uploads import Uploaded, Uploads
from anninh_zalo.webhook.visitors import visitor_of


class Sender:
    """Sends to people and groups. Threads may share it.

    Args:
        instance: whose addresses are ours.
        api: asks Zalo.
        services: clock, blobs and state.
        cutting: how long texts are cut.
        headroom: the quota reserved for urgent messages.
    """

    def __init__(
        self, instance: str, api: Asks, services: AdapterServices, cutting: Cutting, headroom: Headroom
    ) -> None:
        self._instance = instance
        self._api = api
        self._clock = services.clock
        self._cutting = cutting
        self._headroom = headroom
        self._uploads = Uploads(api, services)
        self.progress = Progress(services.state)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send a message, or resume where an earlier try stopped.

        Raises:
            DeliveryError: the class says what to do; `UnknownOutcome` if a piece may or may not have arrived.
        """
        pieces = self.pieces(message)
        with sleeping(self._clock, message.key):
            self._require(message)
            ready = [(piece, self._upload(piece)) for piece in pieces]
            calls = [partial(self._call, message, piece, up, first=n == 0) for n, (piece, up) in enumerate(ready)]
            ids = self.progress.send(message.key, calls)
        return Receipt(ids[-1], self._clock.now(), rendering=_rendering(message, pieces))

    def pieces(self, message: OutgoingMessage) -> Sequence[Piece]:
        """Return what a message is sent as.

        Raises:
            RequestRejected: nothing is in it, or it isn't addressed to one of ours.
            Unsupported: something in it can't go.
        """
        ours(self._instance, message.to)
        return pieces_of(message, self._cutting)

    def _require(self, message: OutgoingMessage) -> None:
        def free() -> bool:
            if message.to.place is Place.GROUP or visitor_of(message.to.id) is not None:
                return True  # neither costs anything by message, as far as is known
            try:
                window = read_window(self._api.ask(catalogue.window(message.to.id)))
            except DeliveryError:
                return False  # whoever may not ask waits for the package, not for a person
            return window.is_free(self._clock.now())

        self._headroom.require(message.purpose, self._clock.now(), free)

    def _upload(self, piece: Piece) -> Uploaded | None:
        return self._uploads.of(piece.attachment) if piece.attachment else None

    def _call(self, message: OutgoingMessage, piece: Piece, up: Uploaded | None, *, first: bool) -> str:
        try:
            return self._sent(message, piece, up, first=first)
        except UploadExpired:
            if up is None:
                raise
            self._uploads.forget(up)
        return self._sent(message, piece, self._upload(piece), first=first)

    def _sent(self, message: OutgoingMessage, piece: Piece, up: Uploaded | None, *, first: bool) -> str:
        said = _said(piece, up)
        if message.to.place is Place.GROUP:
            return self._ask(catalogue.into_group, bodies.to_group(message.to.id, said))
        if (visitor := visitor_of(message.to.id)) is not None:  # in a widget nothing is quoted
            return self._ask(catalogue.to_visitor, bodies.to_visitor(visitor.id, visitor.conversation, said))
        quote = message.reply_to if first else ""
        try:
            return self._ask(catalogue.consultation, bodies.to_person(message.to.id, said, quote))
        except (UploadExpired, ContentRefused):
            raise
        except RequestRejected:  # perhaps of the quote: a message too old, or deleted
            if not quote:
                raise
        return self._ask(catalogue.consultation, bodies.to_person(message.to.id, said))

    def _ask(self, way: Callable[[Mapping[str, Any]], Any], body: Mapping[str, Any]) -> str:
        answer = self._api.ask(way(body))
        self._headroom.charged(answer, self._clock.now())
        return text_in(answer, "data", "message_id")


def ours(instance: str, address: Address) -> Address:
    """Return an address of this instance.

    Raises:
        RecipientUnreachable: it belongs to another one.
    """
    if address.messenger != instance:
        raise RecipientUnreachable(f"the address belongs to {address.messenger!r}, not to {instance!r}; send it there")
    return address


def _said(piece: Piece, up: Uploaded | None) -> Mapping[str, Any]:
    if up is None:
        return bodies.text(piece.text)
    if up.form == "file":
        return bodies.file(up.id)
    if up.form == "gif":
        return bodies.gif(up.id, up.width, up.height, piece.text)
    return bodies.image(up.id, piece.text)


def _rendering(message: OutgoingMessage, pieces: Sequence[Piece]) -> str:
    """Return the text as it was sent, "" where that is what was handed in."""
    sent = "\n".join(piece.text for piece in pieces if piece.text)
    return "" if sent == message.text else sent
