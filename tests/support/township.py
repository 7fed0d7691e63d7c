"""A messenger with a peculiar platform: it probes, shares a webhook address, requires a file, and has a slow rate
limit.
"""

from collections.abc import Mapping

from anninh_core.testing import MockChat, MockMessenger, memory_services
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.vocabulary.rates import Rate


class TownshipMessenger(MockMessenger):
    """A mock messenger that shares its application's webhook address with others; an event is its own if it contains
    the instance's name.
    """

    def __init__(
        self, chat: MockChat, instance: str, application: str = "app-1", files: Mapping[str, bytes] | None = None
    ) -> None:
        super().__init__(instance, {}, memory_services(), chat)
        self.webhook_shared_by = application
        self.shown = files or {}
        self.asked: list[bytes] = []
        self.safe_pace = Rate(per_minute=60, burst=3, reserve=1)

    def is_probe(self, request: WebhookRequest) -> bool:
        self.asked.append(request.body)
        return request.body == b"{}"

    def takes(self, body: bytes) -> bool:
        return self.instance.encode() in body

    def dedupe_key(self, request: WebhookRequest) -> str:
        return f"{self.instance}'s {super().dedupe_key(request)}"

    def files(self) -> Mapping[str, bytes]:
        return self.shown
