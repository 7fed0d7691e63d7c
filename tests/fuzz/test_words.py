"""Any typed input is handled: searches, orders, references, cursors, and conversations of residents and officers."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random

import pytest
from tests.fuzz.mutating import mutate_text, pick_text
from tests.fuzz.refusals import catch_refusal
from tests.fuzz.seeds import fuzzed
from tests.scenarios.cases.duty_bench import FIRE, DutyBench

from anninh_core.domain.registry import KINDS
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.search.query import extract_terms, find_unsearchable, parse_query
from anninh_core.messaging.inbound.officers.orders import find_unit, parse_binding_code, parse_order
from anninh_core.messaging.inbound.talk.commands import extract_receipt, parse_command
from anninh_core.ports.storages.query import decode_cursor, encode_cursor
from anninh_core.ports.storages.queues import PENDING, InboxState
from anninh_core.testing import Dialog, FixedClock, MockChat, memory_app
from anninh_core.testing.apps import pump, shipped_district

pytestmark = pytest.mark.slow

SPEC = next(kind.spec for kind in KINDS if kind.name == "tip")
SAID = (
    '"mất trộm" xe máy -"xe đạp" | cháy',
    "xóa dữ liệu của tôi",
    "1 nhận",
    "2 chuyển xã Ninh Mỹ",
    "3 hỏi Ở đâu?",
    "?",
    "ABCD-EFGHJKMN",
    "HL-2021-AB3C4",
    "tip:017c0f2e",
    FIRE,
    "Làm căn cước công dân ở đâu?",
    "dừng",
    "xóm 3 xã Ninh Hòa",
)


def mutate_phrase(random: Random) -> str:
    """Return a random phrase that people type, mutated once or twice."""
    text = mutate_text(random, random.choice(SAID))
    return mutate_text(random, text) if random.random() < 0.5 else text


@fuzzed(150)
def test_any_typed_text_is_parsed_or_refused(seed: int) -> None:
    """Any text is parsed as a search, order, code or reference, gives no result, or is refused in a sentence."""
    text = mutate_phrase(Random(seed))
    district = shipped_district()
    readers: tuple[Callable[[], object], ...] = (
        partial(parse_query, text, district.teen_code),
        partial(extract_terms, text),
        partial(find_unsearchable, text),
        partial(parse_command, text, district),
        partial(extract_receipt, text),
        partial(parse_order, text, district),
        partial(parse_binding_code, text),
        partial(find_unit, text, district),
        partial(Ref.parse, text),
    )
    for read in readers:
        catch_refusal(read, BadInput)


@fuzzed(100)
def test_invented_cursors_are_refused(seed: int) -> None:
    """A mutated page cursor is refused, or gives values of the right types."""
    random = Random(seed)
    order = next(iter(SPEC.orders))
    values = [_sample_value(SPEC.columns[column.removeprefix("-")]) for column in SPEC.orders[order]]
    cursor = mutate_text(random, encode_cursor(order, values, "id-1"))
    catch_refusal(partial(decode_cursor, SPEC, order, cursor), BadInput)
    catch_refusal(partial(decode_cursor, SPEC, order, urlsafe_b64encode(b"[" * 50_000).decode()), BadInput)


def _sample_value(kind: type) -> str | float | bool:
    values: dict[type, str | float | bool] = {str: "x", int: 1, float: 1.5, bool: True}
    return values[kind]


@pytest.fixture
def duty() -> DutyBench:
    """Return an officer who is on duty during the day and has linked a chat."""
    clock = FixedClock(datetime(2021, 9, 20, 9, tzinfo=VIETNAM))
    chat = MockChat(clock)
    app = memory_app(chat, clock=clock)
    made = DutyBench.of(app, chat, clock, Dialog(chat, partial(pump, app, chat)))
    made.appoint_officer("Cán bộ tin")
    return made


@fuzzed(10)
def test_any_message_is_handled(duty: DutyBench, seed: int) -> None:
    """Any messages of residents and officers are handled without a failure."""
    random = Random(seed)
    group = duty.chat.found_group("Nhóm mẫu", [duty.chat.person("Bà Thử")])
    for _ in range(4):
        name = random.choice(("Bà Thử", "Ông Thử", "Cán bộ tin"))
        to = group if random.random() < 0.2 else None
        text = pick_text(random) if random.random() < 0.2 else mutate_phrase(random)
        duty.chat.says(duty.chat.person(name), text.encode(errors="replace").decode(), to=to)
        for request in duty.chat.webhooks():
            duty.app.intake.accept("oa", request)
        duty.wait(1)
    assert not duty.app.internals.context.storage.queues.inbox((*PENDING, InboxState.FAILED))
