"""The script of a crash run: people who write to the official account, and the effects of their messages without
crashes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import frozen
from tests.scenarios.crashes.world import DISTRICT, LEASE, MESSENGERS, SETTINGS, START, build_messengers

from anninh_core.app import App
from anninh_core.domain.conversations.files import read_file
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.tips.kind import TIP
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.apps import memory_app
from anninh_core.vocabulary.messages import Attachment, WebhookRequest

SAYINGS = (
    ("Đêm qua nhà tôi bị mất trộm xe máy số {n}", "TRO GIUP"),
    ("chào các anh", "Cháy nhà số {n} ở xóm 3, đến ngay"),
    ("Làm căn cước công dân ở đâu, lần {n}?", "Có người lạ gõ cửa từng nhà, nhà số {n}"),
)
"""Messages that each person in turn sends, in sequence."""

SHOWING = ("oa", "closed")
"""Messengers whose people send a picture first."""


@frozen
class Event:
    """The event of a message, as the platform delivers it.

    Attributes:
        id: id of the message.
        instance: name of the messenger that the event is for.
    """

    id: str
    instance: str
    request: WebhookRequest


Talk = Sequence[Event]
"""The events of one person, in order."""


def write_messages(chat: MockChat, people: int) -> list[Talk]:
    """Write everyone's messages to `chat` before the app reads them, and return the events of each person."""
    instances: dict[str, str] = {}
    for number in range(people):
        person = chat.person(_build_name(number))
        instance = _choose_messenger(number)
        pictures = [Attachment("image", url=chat.file(f"picture {number}".encode()))] if instance in SHOWING else []
        for text in SAYINGS[number % len(SAYINGS)]:
            instances[chat.says(person, text.format(n=number), attachments=pictures).id] = instance
            pictures = []
    events = [Event(id, instances[id], request) for id, request in zip(instances, chat.webhooks(), strict=True)]
    each = len(SAYINGS[0])
    return [events[at : at + each] for at in range(0, len(events), each)]


def list_people_on(chat: MockChat, instance: str, people: int) -> frozenset[str]:
    """Return the ids of the people who write to a messenger."""
    return frozenset(
        chat.person(_build_name(number)) for number in range(people) if _choose_messenger(number) == instance
    )


def _build_name(number: int) -> str:
    return f"Thử {number:03}"


def _choose_messenger(number: int) -> str:
    return MESSENGERS[number % len(MESSENGERS)]


Effects = Mapping[str, Counter[str]]
"""Id of a person -> effects of their messages and replies that they got, each with its number."""


def collect_effects(app: App, chat: MockChat) -> Effects:
    """Return the effects of all messages by person, without ids that differ between runs."""
    authors = {message.id: message.author for message in chat.messages() if message.author}
    by_person: dict[str, Counter[str]] = {author: Counter() for author in authors.values()}
    queues = app.internals.context.storage.queues
    maintenance = app.internals.context.storage.maintenance
    whose: dict[str, str] = {}
    for record in maintenance.scan(MESSAGE.name):
        message = app.internals.context.open_record(MESSAGE, record)
        author = whose[message.conversation] = authors[message.platform_id]
        by_person[author][f"heard as {message.kind} of {message.case.partition(':')[0] or 'no case'}"] += 1
        for attachment in message.attachments:
            picture = (
                read_file(app.internals.runner, message, attachment.blob).decode() if attachment.blob else "nothing"
            )
            by_person[author][f"showed {picture}"] += 1
    for tip in app.internals.context.iter_readable(TIP, maintenance.scan(TIP.name)):
        by_person[whose[tip.conversation]][f"became {TIP.name}"] += 1
    for inquiry in app.internals.context.iter_readable(INQUIRY, maintenance.scan(INQUIRY.name)):
        by_person[whose[inquiry.conversation]][f"became {INQUIRY.name}"] += 1
    purposes = {row.id: row.purpose for row in queues.outbox(limit=100_000)}
    for chat_message in chat.messages():
        if not chat_message.author:
            by_person[chat_message.conversation][
                f"told {purposes.get(chat_message.key, 'what is nowhere written')}"
            ] += 1
    return by_person


def collect_calm_effects(people: int) -> Effects:
    """Return the effects that the script has without crashes."""
    clock = FixedClock(START)
    chat = MockChat(clock)
    apart = build_messengers(chat)
    with memory_app(chat, clock=clock, district=DISTRICT, settings=SETTINGS, messengers=apart) as app:
        for talk in write_messages(chat, people):
            for event in talk:
                app.intake.accept(event.instance, event.request)
        for _ in range(20):  # A row with an unknown outcome delays the next rows for a while.
            app.worker.drain()
            clock.advance(LEASE)
        return collect_effects(app, chat)
