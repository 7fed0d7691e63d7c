"""By the account's options, messages can be delivered by other methods after the contact window has closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.conftest import Bench, build_bench

from anninh_core.kernel.errors import RecipientUnreachable, RetryLater, Unsupported
from anninh_core.ports.messengers.platform import SendsByMethod
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.api.calls import ApiCall


def build_answer(to: str, text: str = "Tin ABCDE-12345 đã xử lý.") -> OutgoingMessage:
    """Build the answer to a tip as the core sends it."""
    address = Address("oa", Place.PERSON, to)
    return OutgoingMessage(key="k-1", to=address, text=text, purpose="tip.answer", facts={"receipt": "ABCDE-12345"})


@pytest.fixture
def account_with_template() -> Bench:
    """An account with a template for answers to tips."""
    unconfigured = build_bench()
    template = unconfigured.account.template("Trả lời", {"ma_tin": 30})
    return build_bench(more={"template.tip.answer": template.id, "template.tip.answer.ma_tin": "{receipt}"})


def test_template_is_sent_outside_the_window(account_with_template: Bench) -> None:
    """After the contact window has closed a message is refused, and its template is sent by the person's id."""
    template = account_with_template.account.template("Trả lời", {"ma_tin": 30})
    assert template.id == account_with_template.messenger.options.template["tip.answer"]
    person = account_with_template.add_writer()
    account_with_template.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        account_with_template.messenger.send(build_answer(person.id))

    assert isinstance(account_with_template.messenger, SendsByMethod)
    receipt = account_with_template.messenger.send_by("template", build_answer(person.id))
    assert receipt.proof == "template"
    assert [message.kind for message in person.heard] == ["template"]
    with pytest.raises(RecipientUnreachable, match="The person hasn't shared a telephone number with the account"):
        account_with_template.messenger.send_by("phone", build_answer(person.id))


def test_template_waits_for_the_morning(account_with_template: Bench) -> None:
    """A template that Zalo refuses at night waits for the morning."""
    person = account_with_template.add_writer()
    account_with_template.clock.advance(timedelta(hours=13))
    account_with_template.sandbox.fail_next(-234, "/message/template")
    with pytest.raises(RetryLater) as raised:
        account_with_template.messenger.send_by("template", build_answer(person.id))
    assert raised.value.after is not None
    assert raised.value.after > timedelta(hours=1)


def test_missing_template_is_unsupported(bench: Bench) -> None:
    """A purpose without a template raises `Unsupported`, so that the core tries the next method."""
    with pytest.raises(Unsupported, match=r"This purpose has no template: set the option template\.tip\.answer"):
        bench.messenger.send_by("template", build_answer(bench.add_writer().id))


@pytest.mark.parametrize(("reading", "names"), [("bare", {"user_id"}), ("inside", {"recipient"})])
def test_template_recipient_in_both_forms(reading: str, names: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated Zalo accepts a template with either form of its recipient, because sources disagree about the
    form.
    """
    template = build_bench().account.template("Trả lời", {})
    bench = build_bench(more={"template.tip": template.id}, template_recipient=reading)
    bench.account.template("Trả lời", {})
    person = bench.add_writer()
    calls = list[ApiCall]()
    monkeypatch.setattr(bench.messenger.api, "ask", record_api_calls(bench.messenger.api.ask, calls))
    bench.messenger.send_by("template", build_answer(person.id))

    assert names <= set(calls[-1].body or {})
    assert [message.kind for message in person.heard] == ["template"]


def record_api_calls(ask: Callable[[ApiCall], Any], calls: list[ApiCall]) -> Callable[[ApiCall], Any]:
    """Return a function that appends each call to `calls` and then calls `ask`."""

    def ask_and_record(call: ApiCall) -> Any:
        calls.append(call)
        return ask(call)

    return ask_and_record
