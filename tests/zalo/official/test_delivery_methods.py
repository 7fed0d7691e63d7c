"""Rungs beyond the window, by the options of the account."""

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
    """Return an answer as the core sends it."""
    address = Address("oa", Place.PERSON, to)
    return OutgoingMessage(key="k-1", to=address, text=text, purpose="tip.answer", facts={"receipt": "ABCDE-12345"})


@pytest.fixture
def configured() -> Bench:
    """Return an account that has a template for answers."""
    plain = bench_with()
    template = plain.account.template("Trả lời", {"ma_tin": 30})
    return bench_with(more={"template.tip.answer": template.id, "template.tip.answer.ma_tin": "{receipt}"})


def test_a_template_stands_in(configured: Bench) -> None:
    """Outside of the window the message is refused, and its template goes by the person's id."""
    template = configured.account.template("Trả lời", {"ma_tin": 30})
    assert template.id == configured.messenger.options.template["tip.answer"]
    person = configured.somebody()
    configured.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        configured.messenger.send(answer(person.id))

    assert isinstance(configured.messenger, SendsByMethod)
    receipt = configured.messenger.send_by("template", answer(person.id))
    assert receipt.proof == "template"
    assert [one.kind for one in person.heard] == ["template"]
    with pytest.raises(RecipientUnreachable, match="The person hasn't shared a telephone number with the account"):
        configured.messenger.send_by("phone", answer(person.id))


def test_at_night_it_waits(configured: Bench) -> None:
    """Until the morning, as any other message that isn't taken at night."""
    person = configured.somebody()
    configured.clock.advance(timedelta(hours=13))
    configured.sandbox.fail_next(-234, "/message/template")
    with pytest.raises(RetryLater) as raised:
        configured.messenger.send_by("template", answer(person.id))
    assert raised.value.after is not None
    assert raised.value.after > timedelta(hours=1)


def test_without_a_template_there_is_no_such_way(bench: Bench) -> None:
    """The core goes on to the next method."""
    with pytest.raises(Unsupported, match=r"This purpose has no template: set the option template\.tip\.answer"):
        bench.messenger.send_by("template", answer(bench.somebody().id))


@pytest.mark.parametrize(("reading", "names"), [("bare", {"user_id"}), ("inside", {"recipient"})])
def test_how_a_template_names_its_user(reading: str, names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources disagree; either way it arrives on the pretend Zalo."""
    template = bench_with().account.template("Trả lời", {})
    bench = bench_with(more={"template.tip": template.id}, template_recipient=reading)
    bench.account.template("Trả lời", {})
    person = bench.somebody()
    asked = list[ApiCall]()
    monkeypatch.setattr(bench.messenger.api, "ask", listening(bench.messenger.api.ask, asked))
    bench.messenger.send_by("template", answer(person.id))

    assert names <= set(asked[-1].body or {})
    assert [one.kind for one in person.heard] == ["template"]


def listening(ask: Callable[[ApiCall], Any], asked: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return what asks and keeps what was asked."""

    def listens(call: ApiCall) -> Any:
        asked.append(call)
        return ask(call)

    return listens
