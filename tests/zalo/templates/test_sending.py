"""Templates are sent by user id and by telephone: they arrive or are refused before sending, and errors contain no
personal data.
"""

from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.templates.conftest import KEY, PHONE, TEXT, Build, build_message, build_options

from anninh_core.kernel.errors import (
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.ports.messengers.platform import SendsByMethod
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Place
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate

BY_USER = "/v3.0/oa/message/template"
BY_PHONE = "/message/template"
INFO = "/template/info/v2"
FILLED = "told\ncode: 7KM2Q-9XA3D\nunit: Công an xã Ninh Hòa"
BOTH = pytest.mark.parametrize("method", ["template", "phone"])


def list_sending_paths(sandbox: Sandbox) -> list[str]:
    """Return the paths of the API calls that could have sent a message."""
    return [path for _, path in sandbox.calls if path in (BY_USER, BY_PHONE)]


@BOTH
def test_filled_template_arrives(
    person: Person, sender_builder: Build, unit_template: SandboxTemplate, clock: FixedClock, method: str
) -> None:
    """A filled template arrives although the contact window is closed, and the receipt has the platform's id, the
    method and the sent values.
    """
    templates = sender_builder(build_options(unit_template))
    receipt = templates.send_by(method, build_message(person.id))
    (received,) = person.heard

    assert isinstance(templates, SendsByMethod)
    assert received.text == FILLED
    assert (receipt.platform_id, receipt.at, receipt.proof) == (received.id, clock.now(), method)
    assert receipt.rendering == FILLED.removeprefix("told\n")


def test_phone_template_has_a_tracking_id(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """A template by telephone has the id of its sending, without hyphens, as tracking id, because Zalo accepts no
    special characters.
    """
    receipt = sender_builder(build_options(unit_template)).send_by("phone", build_message(person.id))

    assert account.account.notices[receipt.platform_id].tracking_id == KEY.replace("-", "")


def test_phone_templates_override_user_templates(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """If a template for the telephone is set, it is used; otherwise the template for user ids is used."""
    phone_template = account.template("own", {})
    templates = sender_builder(build_options(unit_template), {"help": phone_template.id})
    templates.send_by("phone", build_message(person.id, "help"))
    templates.send_by("phone", build_message(person.id))

    assert [received.text for received in person.heard] == ["own", FILLED]
    with pytest.raises(Unsupported, match=r"This purpose has no template: set the option template\.help"):
        templates.send_by("template", build_message(person.id, "help"))


@pytest.mark.parametrize(
    ("method", "purpose", "place", "words"),
    [
        ("template", "tip.answer", Place.PERSON, r"has no template: set the option template\.tip\.answer"),
        ("phone", "tip.answer", Place.PERSON, r"has no template: set the option phone_template\.tip\.answer"),
        ("template", "tip.receipt", Place.GROUP, "to a group"),
        (
            "pigeon",
            "tip.receipt",
            Place.PERSON,
            "The method 'pigeon' can't send to a person: send a template to a person, by",
        ),
    ],
)
def test_unconfigured_method_is_unsupported(
    *,
    sandbox: Sandbox,
    sender_builder: Build,
    unit_template: SandboxTemplate,
    method: str,
    purpose: str,
    place: Place,
    words: str,
) -> None:
    """If no template is configured for a purpose, place or method, `Unsupported` is raised without a call to Zalo, so
    that the next method can be tried.
    """
    with pytest.raises(Unsupported, match=words):
        sender_builder(build_options(unit_template)).send_by(method, build_message("1", purpose, place=place))

    assert sandbox.calls == []


@pytest.mark.parametrize("shared", [{}, {"phone": ""}, {"phone": 0}, {"phone": "0"}, {"name": "Thử Văn An"}])
def test_person_without_number_is_unreachable(
    sandbox: Sandbox, person: Person, sender_builder: Build, unit_template: SandboxTemplate, shared: dict[str, object]
) -> None:
    """A person who has shared no telephone number can't be reached by telephone; Zalo may also return 0 in this
    case.
    """
    person.profile.shared = shared
    with pytest.raises(RecipientUnreachable, match="The person hasn't shared a telephone number with the account"):
        sender_builder(build_options(unit_template)).send_by("phone", build_message(person.id))

    assert list_sending_paths(sandbox) == []


@pytest.mark.parametrize("number", ["0000000001", "+84 000 000 001", PHONE])
def test_shared_number_has_any_form(
    person: Person, sender_builder: Build, unit_template: SandboxTemplate, number: str
) -> None:
    """A shared telephone number is accepted in any form in which people enter it."""
    person.profile.shared = {"phone": number}
    sender_builder(build_options(unit_template)).send_by("phone", build_message(person.id))

    assert len(person.heard) == 1


def test_old_template_is_sent_only_by_phone(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build
) -> None:
    """An old template is refused if sent by user id, and is sent by telephone."""
    old = account.template("old", {}, by_uid=False)
    templates = sender_builder({"help": old.id})
    with pytest.raises(RequestRejected, match="-249"):
        templates.send_by("template", build_message(person.id, "help"))
    templates.send_by("phone", build_message(person.id, "help"))

    assert len(person.heard) == 1


@BOTH
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"unit": "thị trấn Thiên Tôn"}, "its field 'unit' can have at most 20 characters, not 26"),
        ({"receipt": ""}, "its field 'code' would be empty"),
    ],
)
def test_unsuitable_value_is_refused_before_sending(
    *,
    sandbox: Sandbox,
    person: Person,
    sender_builder: Build,
    unit_template: SandboxTemplate,
    method: str,
    facts: dict[str, Any],
    words: str,
) -> None:
    """A value that is too long or empty is refused instead of cut, with the parameter's name and without the value."""
    with pytest.raises(RequestRejected, match=words) as refused:
        sender_builder(build_options(unit_template)).send_by(method, build_message(person.id, **facts))

    assert list_sending_paths(sandbox) == []
    assert "Thiên" not in str(refused.value)


def test_unfilled_parameter_is_refused(
    sandbox: Sandbox, person: Person, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """A template with an unfilled parameter isn't sent."""
    options = build_options(unit_template)
    del options["tip.receipt.unit"]
    with pytest.raises(RequestRejected, match="its field 'unit' would be empty"):
        sender_builder(options).send_by("template", build_message(person.id))

    assert list_sending_paths(sandbox) == []


def test_template_details_are_cached_for_an_hour(
    sandbox: Sandbox, person: Person, sender_builder: Build, unit_template: SandboxTemplate, clock: FixedClock
) -> None:
    """The details of a template are read from Zalo only once an hour."""
    templates = sender_builder(build_options(unit_template))
    counts = []
    for wait in (0, 59, 1):
        clock.advance(timedelta(minutes=wait))
        templates.send_by("template", build_message(person.id))
        counts.append([path for _, path in sandbox.calls].count(INFO))

    assert counts == [1, 1, 2]


@BOTH
def test_template_without_details_is_sent(
    sandbox: Sandbox, person: Person, sender_builder: Build, unit_template: SandboxTemplate, method: str
) -> None:
    """An account that isn't allowed to read the details of templates can send templates, and Zalo refuses unsuitable
    values.
    """
    sandbox.fail_next(-101, INFO)
    templates = sender_builder(build_options(unit_template))
    templates.send_by(method, build_message(person.id))
    with pytest.raises(RequestRejected):
        templates.send_by(method, build_message(person.id, unit="thị trấn Thiên Tôn"))

    assert len(person.heard) == 1
    assert [path for _, path in sandbox.calls].count(INFO) == 1


@BOTH
def test_used_daily_quota_is_retried_later(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build, unit_template: SandboxTemplate, method: str
) -> None:
    """A template beyond the daily quota is retried later."""
    account.account.daily = 0
    with pytest.raises(RetryLater) as later:
        sender_builder(build_options(unit_template)).send_by(method, build_message(person.id))

    assert later.value.after is not None
    assert later.value.after >= timedelta(hours=1)


def test_development_mode_reaches_only_admins(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """In development mode a template reaches administrators only."""
    admin = account.person("Quản trị", phone="84000000002", admin=True)
    admin.profile.shared = {"phone": "84000000002"}
    templates = sender_builder(build_options(unit_template), development=True)
    templates.send_by("phone", build_message(admin.id))
    with pytest.raises(NeedsPerson):
        templates.send_by("phone", build_message(person.id))

    assert (len(admin.heard), len(person.heard)) == (1, 0)


@pytest.mark.parametrize("failure", ["lost_before", "lost_answer", "server_error"])
@pytest.mark.parametrize(("method", "path"), [("template", BY_USER), ("phone", BY_PHONE)])
def test_lost_response_is_an_unknown_outcome(
    *,
    sandbox: Sandbox,
    person: Person,
    sender_builder: Build,
    unit_template: SandboxTemplate,
    method: str,
    path: str,
    failure: str,
) -> None:
    """A lost response is an unknown outcome without another attempt, whether or not the template arrived."""
    sandbox.fail_next(failure, path)
    with pytest.raises(UnknownOutcome):
        sender_builder(build_options(unit_template)).send_by(method, build_message(person.id))

    assert list_sending_paths(sandbox) == [path]
    assert len(person.heard) == int(failure == "lost_answer")


def test_lost_number_lookup_is_retried(
    sandbox: Sandbox, person: Person, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """If the response to the look-up of a person's number is lost, it is retried, because it sends nothing."""
    sandbox.fail_next("lost_answer", "/user/detail")
    with pytest.raises(RetryLater):
        sender_builder(build_options(unit_template)).send_by("phone", build_message(person.id))

    assert list_sending_paths(sandbox) == []


@BOTH
@pytest.mark.parametrize("failure", ["recipient_gone", "rejected", "rate_limit", "quota", -131, -321, "lost_answer"])
def test_errors_contain_no_personal_data(
    *,
    sandbox: Sandbox,
    person: Person,
    sender_builder: Build,
    unit_template: SandboxTemplate,
    method: str,
    failure: str | int,
) -> None:
    """An error contains neither number, id, text nor the template's values."""
    sandbox.fail_next(failure, BY_PHONE if method == "phone" else BY_USER)
    with pytest.raises(Exception, match="Zalo") as refused:
        sender_builder(build_options(unit_template)).send_by(method, build_message(person.id))
    error_text = str(refused.value)

    assert not [value for value in (PHONE, PHONE[2:], person.id, TEXT, "7KM2Q", "Ninh Hòa") if value in error_text]
