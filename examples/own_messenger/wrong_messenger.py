"""The messenger once more, with mistakes that authors make: do not copy them. A rule of the kit finds each of them."""
# ruff: noqa: D101, D102  the comments name the mistakes

from collections.abc import Sequence

from attrs import evolve
from own_messenger import SmsMessenger

from anninh_core import vocabulary as v
from anninh_core.kernel import errors
from anninh_core.ports import AcceptedOptions, AdapterServices


class WrongSmsMessenger(SmsMessenger):
    name = "wrong_sms"
    accepted_options = AcceptedOptions(required=("spool",), optional=("secret",))  # M-124: the secret may be empty

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        accepted = {name: options[name] for name in ("spool", "secret")}  # M-125: a misspelt option is silently ignored
        super().__init__(instance, accepted, services)

    def send(self, message: v.OutgoingMessage) -> v.Receipt:
        try:
            return super().send(message)
        except errors.DeliveryError as error:  # M-20: the error is stored unencrypted, and names the person
            raise type(error)(f"{message.to.id}: {error}") from error

    def verify(self, request: v.WebhookRequest) -> bool:
        return bool(request.header("X-Signature"))  # M-51, M-52, M-53: the presence of a signature proves nothing

    def dedupe_key(self, request: v.WebhookRequest) -> str:
        return self.parse(request.body)[0].text  # M-56: people may send the same text twice

    def parse(self, body: bytes) -> Sequence[v.InboundMessage]:
        group = v.Address(self.instance, v.Place.GROUP, "all")
        # M-101: the sender's conversation is lost
        return [evolve(message, conversation=group) for message in super().parse(body)]
