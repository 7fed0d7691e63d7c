"""What Zalo tells about templates, in whatever way it writes it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.zalo.templates.conftest import Answering, Build, message, options_for

from anninh_core.kernel.errors import RequestRejected
from anninh_core.testing import FixedClock
from anninh_zalo.templates.catalogue import (
    PhoneDelivery,
    PhoneDeliveryState,
    TemplateCatalogue,
    TemplateParameter,
    TemplateQuota,
    ZaloTemplate,
)
from anninh_zalo.testing import Person, SandboxOfficialAccount, state

INFO = "/template/info/v2"


def test_all_templates_are_listed(account: SandboxOfficialAccount, build: Build) -> None:
    """Page by page, each once, with their states."""
    made = [account.template(f"t{number}", {}, status=number % 4 + 1) for number in range(205)]
    found = build({}).catalogue.list_templates()

    assert [one.name for one in found] == [one.name for one in account.account.templates.values()]
    assert len(found) == len({one.id for one in made})
    assert {one.state for one in found} == {"ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE"}
    assert [one.is_enabled for one in found[:4]] == [True, False, False, False]


def test_a_template_tells_its_parameters(build: Build, told: state.SandboxTemplate) -> None:
    """With their limits and its price."""
    assert build({}).catalogue.get_template(told.id) == ZaloTemplate(
        id=told.id,
        name="told",
        state="ENABLE",
        price="300",
        quality="HIGH",
        fields=(TemplateParameter(name="code", most=11), TemplateParameter(name="unit", most=20)),
    )
    with pytest.raises(RequestRejected, match="-109"):
        build({}).catalogue.get_template("999")


def test_a_template_keeps_the_id_it_was_asked_by() -> None:
    """Whatever an answer calls it: errors name the template, and an odd answer may hold somebody's account."""
    catalogue = TemplateCatalogue(
        Answering({INFO: {"templateId": "7700000000000000017", "listParams": [{"name": "a"}]}})
    )

    with pytest.raises(
        RequestRejected, match=r"Template 21 doesn't fit \(its field 'a' would be empty\): change its options"
    ):
        catalogue.get_template("21").fit_values({})


def test_a_message_by_telephone_can_be_asked_about(
    person: Person, build: Build, told: state.SandboxTemplate, clock: FixedClock
) -> None:
    """Arrived with its time, under way while the telephone is off, or never heard of."""
    templates = build(options_for(told))
    arrived = templates.send_by("phone", message(person.id))
    person.profile.reach = False
    waits = templates.send_by("phone", message(person.id))
    ids = (arrived.platform_id, waits.platform_id, "nothing")

    assert [templates.catalogue.get_delivery(id) for id in ids] == [
        PhoneDelivery(PhoneDeliveryState.ARRIVED, clock.now()),
        PhoneDelivery(PhoneDeliveryState.UNDER_WAY),
        PhoneDelivery(PhoneDeliveryState.UNKNOWN),
    ]


def test_today_has_a_quota(
    account: SandboxOfficialAccount, person: Person, build: Build, told: state.SandboxTemplate
) -> None:
    """What is left grows less with what is sent."""
    account.account.daily = 10
    templates = build(options_for(told))
    templates.send_by("phone", message(person.id))

    assert templates.catalogue.get_quota() == TemplateQuota(10, 9)


@pytest.mark.parametrize(
    ("told", "parameter"),
    [
        (
            {"name": "a", "require": False, "maxLength": "30", "minLength": 2},
            TemplateParameter(name="a", required=False, most=30, least=2),
        ),
        ({"name": "a", "require": True, "acceptNull": True}, TemplateParameter(name="a", may_be_empty=True)),
        ({"name": "a", "maxLength": None, "minLength": "x"}, TemplateParameter(name="a")),
    ],
)
def test_parameters_however_they_are_written(told: dict[str, Any], parameter: TemplateParameter) -> None:
    """Numbers as text, nothing where nothing is told; a parameter nobody calls optional is required."""
    found = TemplateCatalogue(
        Answering({INFO: {"templateId": 7, "status": 1, "listParams": [told, {}, None]}})
    ).get_template("7")

    assert (found.id, found.is_enabled, found.fields) == ("7", True, (parameter,))


@pytest.mark.parametrize("data", [None, [], "x", {"listParams": "x", "status": None}])
def test_an_answer_that_tells_nothing(data: object) -> None:
    """Nothing is known then, and nothing breaks."""
    catalogue = TemplateCatalogue(
        Answering(dict.fromkeys([INFO, "/template/all", "/message/quota", "/message/status"], data))
    )

    assert catalogue.get_template("7") == ZaloTemplate(id="7", name="", state="")
    assert (catalogue.list_templates(), catalogue.get_quota(), catalogue.get_delivery("m")) == (
        [],
        TemplateQuota(0, 0),
        PhoneDelivery(PhoneDeliveryState.UNKNOWN),
    )


def test_values_are_fitted() -> None:
    """What is left empty is left out where the template does without, and stays where it may be empty."""
    spared = ZaloTemplate(
        id="7",
        name="",
        state="ENABLE",
        fields=(
            TemplateParameter(name="a", required=False),
            TemplateParameter(name="b", may_be_empty=True),
            TemplateParameter(name="c", least=2),
        ),
    )

    assert spared.fit_values({"a": "", "b": "", "c": "xy"}) == {"b": "", "c": "xy"}
    with pytest.raises(RequestRejected, match="field 'b' would be empty"):
        spared.fit_values({"c": "xy"})
    with pytest.raises(RequestRejected, match="its field 'c' needs at least 2 characters, not 1"):
        spared.fit_values({"b": "", "c": "x"})


def test_a_time_of_delivery_is_read() -> None:
    """Milliseconds as text."""
    answer = {"status": "1", "delivery_time": "1790000000000"}

    assert TemplateCatalogue(Answering({"/message/status": answer})).get_delivery("m").at == datetime(
        2026, 9, 21, 14, 13, 20, tzinfo=UTC
    )


def test_a_list_that_knows_no_pages() -> None:
    """One that begins anew for each page is read once, not without end."""
    page = [{"templateId": number, "status": "ENABLE"} for number in range(100)]

    assert len(TemplateCatalogue(Answering({"/template/all": page})).list_templates()) == 100


def test_states_are_words_of_zalo() -> None:
    """What stands there instead isn't repeated: it goes into what an operator is told."""
    odd = {"templateId": 1, "status": "của bà Thử"}

    assert TemplateCatalogue(Answering({INFO: odd})).get_template("1").state == ""
