"""Delivery methods beyond the contact window, by the account's options."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.conftest import Bench, bench_with

from anninh_core.kernel.errors import RecipientUnreachable, RetryLater, Unsupported
from anninh_core.ports.messengers.platform import SendsByMethod
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.api.calls import ApiCall


def answer(to: str, text: str = "Tin ABCDE-12345 đã xử lý.") -> OutgoingMessage:
    """Return an answer to a tip as the core sends it."""
    address = Address("oa", Place.PERSON, to)
    return OutgoingMessage(key="k-1", to=address, text=text, purpose="tip.answer", facts={"receipt": "ABCDE-12345"})


@pytest.fixture
def configured() -> Bench:
    """An account with a template for answers."""
    unconfigured = bench_with()
    template = unconfigured.account.template("Trả lời", {"ma_tin": 30})
    return bench_with(more={"template.tip.answer": template.id, "template.tip.answer.ma_tin": "{receipt}"})


def test_template_is_sent_outside_the_window(configured: Bench) -> None:
    """Outside the contact window a message is refused, and its template is sent by the person's id."""
    template = configured.account.template("Trả lời", {"ma_tin": 30})
    assert template.id == configured.messenger.options.template["tip.answer"]
    person = configured.somebody()
    configured.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        configured.messenger.send(answer(person.id))

    assert isinstance(configured.messenger, SendsByMethod)
    receipt = configured.messenger.send_by("template", answer(person.id))
    assert receipt.proof == "template"
    assert [message.kind for message in person.heard] == ["template"]
    with pytest.raises(RecipientUnreachable, match="The person hasn't shared a telephone number with the account"):
        configured.messenger.send_by("phone", answer(person.id))


def test_template_waits_for_the_morning(configured: Bench) -> None:
    """A template that Zalo refuses at night waits for the morning."""
    person = configured.somebody()
    configured.clock.advance(timedelta(hours=13))
    configured.sandbox.fail_next(-234, "/message/template")
    with pytest.raises(RetryLater) as raised:
        configured.messenger.send_by("template", answer(person.id))
    assert raised.value.after is not None
    assert raised.value.after > timedelta(hours=1)


def test_missing_template_is_unsupported(bench: Bench) -> None:
    """A purpose without a template raises `Unsupported`, so that the core continues with the next method."""
    with pytest.raises(Unsupported, match=r"This purpose has no template: set the option template\.tip\.answer"):
        bench.messenger.send_by("template", answer(bench.somebody().id))


@pytest.mark.parametrize(("reading", "names"), [("bare", {"user_id"}), ("inside", {"recipient"})])
def test_template_recipient_in_both_forms(reading: str, names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The pretend Zalo accepts a template with either form of its recipient, as sources disagree."""
    template = bench_with().account.template("Trả lời", {})
    bench = bench_with(more={"template.tip": template.id}, template_recipient=reading)
    bench.account.template("Trả lời", {})
    person = bench.somebody()
    calls = list[ApiCall]()
    monkeypatch.setattr(bench.messenger.api, "ask", listening(bench.messenger.api.ask, calls))
    bench.messenger.send_by("template", answer(person.id))

    assert names <= set(calls[-1].body or {})
    assert [message.kind for message in person.heard] == ["template"]


def listening(ask: Callable[[ApiCall], Any], calls: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return `ask` with each call appended to `calls`."""

    def listens(call: ApiCall) -> Any:
        calls.append(call)
        return ask(call)

    return listens
