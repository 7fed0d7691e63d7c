"""By user id and by telephone: what arrives, what is refused before it leaves, and what is told of nobody."""

from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.templates.conftest import KEY, PHONE, TEXT, Build, message, options_for

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


def sent(sandbox: Sandbox) -> list[str]:
    """Return the paths of calls that could have sent something."""
    return [path for _, path in sandbox.calls if path in (BY_USER, BY_PHONE)]


@BOTH
def test_a_template_arrives_filled(
    person: Person, build: Build, told: SandboxTemplate, clock: FixedClock, method: str
) -> None:
    """Without an open window; the receipt names the platform's id and the way, and what really stood there."""
    templates = build(options_for(told))
    receipt = templates.send_by(method, message(person.id))
    (heard,) = person.heard

    assert isinstance(templates, SendsByMethod)
    assert heard.text == FILLED
    assert (receipt.platform_id, receipt.at, receipt.proof) == (heard.id, clock.now(), method)
    assert receipt.rendering == FILLED.removeprefix("told\n")


def test_our_mark_goes_with_a_message_by_telephone(
    account: SandboxOfficialAccount, person: Person, build: Build, told: SandboxTemplate
) -> None:
    """The send's id, without signs: Zalo takes no special characters."""
    receipt = build(options_for(told)).send_by("phone", message(person.id))

    assert account.account.notices[receipt.platform_id].tracking_id == KEY.replace("-", "")


def test_a_telephone_may_have_templates_of_its_own(
    account: SandboxOfficialAccount, person: Person, build: Build, told: SandboxTemplate
) -> None:
    """What isn't set for the telephone goes by the same template as by user id."""
    own = account.template("own", {})
    templates = build(options_for(told), {"help": own.id})
    templates.send_by("phone", message(person.id, "help"))
    templates.send_by("phone", message(person.id))

    assert [one.text for one in person.heard] == ["own", FILLED]
    with pytest.raises(Unsupported, match=r"This purpose has no template: set the option template\.help"):
        templates.send_by("template", message(person.id, "help"))


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
def test_what_isnt_set_up_is_told(
    *, sandbox: Sandbox, build: Build, told: SandboxTemplate, method: str, purpose: str, place: Place, words: str
) -> None:
    """Nothing is asked of Zalo, so that the next method can be tried."""
    with pytest.raises(Unsupported, match=words):
        build(options_for(told)).send_by(method, message("1", purpose, place=place))

    assert sandbox.calls == []


@pytest.mark.parametrize("shared", [{}, {"phone": ""}, {"phone": 0}, {"phone": "0"}, {"name": "Thử Văn An"}])
def test_nobody_shared_a_number(
    sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate, shared: dict[str, object]
) -> None:
    """A person whose number isn't known can't be reached by it; Zalo also writes 0 where there is none."""
    person.profile.shared = shared
    with pytest.raises(RecipientUnreachable, match="The person hasn't shared a telephone number with the account"):
        build(options_for(told)).send_by("phone", message(person.id))

    assert sent(sandbox) == []


@pytest.mark.parametrize("number", ["0000000001", "+84 000 000 001", PHONE])
def test_numbers_are_taken_as_people_write_them(
    person: Person, build: Build, told: SandboxTemplate, number: str
) -> None:
    """Whatever form the person filled in."""
    person.profile.shared = {"phone": number}
    build(options_for(told)).send_by("phone", message(person.id))

    assert len(person.heard) == 1


def test_an_old_template_has_no_way_by_user_id(account: SandboxOfficialAccount, person: Person, build: Build) -> None:
    """Zalo refuses it, the ladder goes on, and the telephone takes it."""
    old = account.template("old", {}, by_uid=False)
    templates = build({"help": old.id})
    with pytest.raises(RequestRejected, match="-249"):
        templates.send_by("template", message(person.id, "help"))
    templates.send_by("phone", message(person.id, "help"))

    assert len(person.heard) == 1


@BOTH
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"unit": "thị trấn Thiên Tôn"}, "its field 'unit' can have at most 20 characters, not 26"),
        ({"receipt": ""}, "its field 'code' would be empty"),
    ],
)
def test_a_value_that_doesnt_fit_never_leaves(
    *,
    sandbox: Sandbox,
    person: Person,
    build: Build,
    told: SandboxTemplate,
    method: str,
    facts: dict[str, Any],
    words: str,
) -> None:
    """It isn't cut: the parameter is named, and nothing of the value."""
    with pytest.raises(RequestRejected, match=words) as refused:
        build(options_for(told)).send_by(method, message(person.id, **facts))

    assert sent(sandbox) == []
    assert "Thiên" not in str(refused.value)


def test_a_parameter_without_an_option_is_told(
    sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate
) -> None:
    """A template is never sent half filled."""
    options = options_for(told)
    del options["tip.receipt.unit"]
    with pytest.raises(RequestRejected, match="its field 'unit' would be empty"):
        build(options).send_by("template", message(person.id))

    assert sent(sandbox) == []


def test_a_template_is_looked_at_once_an_hour(
    sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate, clock: FixedClock
) -> None:
    """What is known is kept for so long, and looked at anew afterwards."""
    templates = build(options_for(told))
    looks = []
    for wait in (0, 59, 1):
        clock.advance(timedelta(minutes=wait))
        templates.send_by("template", message(person.id))
        looks.append([path for _, path in sandbox.calls].count(INFO))

    assert looks == [1, 1, 2]


@BOTH
def test_without_a_look_zalo_checks_itself(
    sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate, method: str
) -> None:
    """An account that may not look templates up can send them; what doesn't fit comes back as an error."""
    sandbox.fail_next(-101, INFO)
    templates = build(options_for(told))
    templates.send_by(method, message(person.id))
    with pytest.raises(RequestRejected):
        templates.send_by(method, message(person.id, unit="thị trấn Thiên Tôn"))

    assert len(person.heard) == 1
    assert [path for _, path in sandbox.calls].count(INFO) == 1


@BOTH
def test_a_day_has_its_quota(
    account: SandboxOfficialAccount, person: Person, build: Build, told: SandboxTemplate, method: str
) -> None:
    """What is too much today is tried later."""
    account.account.daily = 0
    with pytest.raises(RetryLater) as later:
        build(options_for(told)).send_by(method, message(person.id))

    assert later.value.after is not None
    assert later.value.after >= timedelta(hours=1)


def test_development_reaches_administrators_only(
    account: SandboxOfficialAccount, person: Person, build: Build, told: SandboxTemplate
) -> None:
    """As a switch: a resident gets nothing, an administrator does."""
    admin = account.person("Quản trị", phone="84000000002", admin=True)
    admin.profile.shared = {"phone": "84000000002"}
    templates = build(options_for(told), development=True)
    templates.send_by("phone", message(admin.id))
    with pytest.raises(NeedsPerson):
        templates.send_by("phone", message(person.id))

    assert (len(admin.heard), len(person.heard)) == (1, 0)


@pytest.mark.parametrize("failure", ["lost_before", "lost_answer", "server_error"])
@pytest.mark.parametrize(("method", "path"), [("template", BY_USER), ("phone", BY_PHONE)])
def test_a_lost_answer_leaves_it_open(
    *, sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate, method: str, path: str, failure: str
) -> None:
    """Whether it arrived or not, nothing is tried again here."""
    sandbox.fail_next(failure, path)
    with pytest.raises(UnknownOutcome):
        build(options_for(told)).send_by(method, message(person.id))

    assert sent(sandbox) == [path]
    assert len(person.heard) == int(failure == "lost_answer")


def test_a_number_asked_for_in_vain_leaves_nothing_open(
    sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate
) -> None:
    """The question for the number sends nothing: where its answer is lost, all is tried again."""
    sandbox.fail_next("lost_answer", "/user/detail")
    with pytest.raises(RetryLater):
        build(options_for(told)).send_by("phone", message(person.id))

    assert sent(sandbox) == []


@BOTH
@pytest.mark.parametrize("failure", ["recipient_gone", "rejected", "rate_limit", "quota", -131, -321, "lost_answer"])
def test_errors_name_nobody(
    *, sandbox: Sandbox, person: Person, build: Build, told: SandboxTemplate, method: str, failure: str | int
) -> None:
    """Neither number, id, text nor what filled the template."""
    sandbox.fail_next(failure, BY_PHONE if method == "phone" else BY_USER)
    with pytest.raises(Exception, match="Zalo") as refused:
        build(options_for(told)).send_by(method, message(person.id))
    said = str(refused.value)

    assert not [one for one in (PHONE, PHONE[2:], person.id, TEXT, "7KM2Q", "Ninh Hòa") if one in said]
