"""Zalo's responses about templates are parsed in every form."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.zalo.templates.conftest import Build, ScriptedApi, build_message, build_options

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


def test_all_template_pages_are_listed(account: SandboxOfficialAccount, sender_builder: Build) -> None:
    """All templates are listed, although they are spread over several pages, each once with its state."""
    created = [account.template(f"t{number}", {}, status=number % 4 + 1) for number in range(205)]
    listed = sender_builder({}).catalogue.list_templates()

    assert [template.name for template in listed] == [template.name for template in account.account.templates.values()]
    assert len(listed) == len({template.id for template in created})
    assert {template.state for template in listed} == {"ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE"}
    assert [template.is_enabled for template in listed[:4]] == [True, False, False, False]


def test_template_has_parameters_and_price(sender_builder: Build, unit_template: state.SandboxTemplate) -> None:
    """A template has its parameters with their limits, and its price."""
    assert sender_builder({}).catalogue.get_template(unit_template.id) == ZaloTemplate(
        id=unit_template.id,
        name="told",
        state="ENABLE",
        price="300",
        quality="HIGH",
        fields=(TemplateParameter(name="code", most=11), TemplateParameter(name="unit", most=20)),
    )
    with pytest.raises(RequestRejected, match="-109"):
        sender_builder({}).catalogue.get_template("999")


def test_template_keeps_the_requested_id() -> None:
    """A template keeps the requested id, because an invalid response may have a person's id in its place."""
    catalogue = TemplateCatalogue(
        ScriptedApi({INFO: {"templateId": "7700000000000000017", "listParams": [{"name": "a"}]}})
    )

    with pytest.raises(
        RequestRejected, match=r"Template 21 doesn't fit \(its field 'a' would be empty\): change its options"
    ):
        catalogue.get_template("21").fit_values({})


def test_phone_delivery_has_its_state(
    person: Person, sender_builder: Build, unit_template: state.SandboxTemplate, clock: FixedClock
) -> None:
    """A message by telephone is delivered with its time, under way while the telephone is off, or in an unknown
    state.
    """
    templates = sender_builder(build_options(unit_template))
    arrived = templates.send_by("phone", build_message(person.id))
    person.profile.reach = False
    waiting = templates.send_by("phone", build_message(person.id))
    ids = (arrived.platform_id, waiting.platform_id, "nothing")

    assert [templates.catalogue.get_delivery(id) for id in ids] == [
        PhoneDelivery(PhoneDeliveryState.ARRIVED, clock.now()),
        PhoneDelivery(PhoneDeliveryState.UNDER_WAY),
        PhoneDelivery(PhoneDeliveryState.UNKNOWN),
    ]


def test_daily_quota_decreases(
    account: SandboxOfficialAccount, person: Person, sender_builder: Build, unit_template: state.SandboxTemplate
) -> None:
    """Each sent template decreases the remaining daily quota."""
    account.account.daily = 10
    templates = sender_builder(build_options(unit_template))
    templates.send_by("phone", build_message(person.id))

    assert templates.catalogue.get_quota() == TemplateQuota(10, 9)


@pytest.mark.parametrize(
    ("answer", "parameter"),
    [
        (
            {"name": "a", "require": False, "maxLength": "30", "minLength": 2},
            TemplateParameter(name="a", required=False, most=30, least=2),
        ),
        ({"name": "a", "require": True, "acceptNull": True}, TemplateParameter(name="a", may_be_empty=True)),
        ({"name": "a", "maxLength": None, "minLength": "x"}, TemplateParameter(name="a")),
    ],
)
def test_parameters_are_parsed_in_every_form(answer: dict[str, Any], parameter: TemplateParameter) -> None:
    """The limits of a template's parameter are parsed from numbers or text, and the parameter is required unless it is
    marked as optional.
    """
    template = TemplateCatalogue(
        ScriptedApi({INFO: {"templateId": 7, "status": 1, "listParams": [answer, {}, None]}})
    ).get_template("7")

    assert (template.id, template.is_enabled, template.fields) == ("7", True, (parameter,))


@pytest.mark.parametrize("data", [None, [], "x", {"listParams": "x", "status": None}])
def test_empty_responses_give_empty_values(data: object) -> None:
    """Empty or invalid responses give empty values, without an error."""
    catalogue = TemplateCatalogue(
        ScriptedApi(dict.fromkeys([INFO, "/template/all", "/message/quota", "/message/status"], data))
    )

    assert catalogue.get_template("7") == ZaloTemplate(id="7", name="", state="")
    assert (catalogue.list_templates(), catalogue.get_quota(), catalogue.get_delivery("m")) == (
        [],
        TemplateQuota(0, 0),
        PhoneDelivery(PhoneDeliveryState.UNKNOWN),
    )


def test_empty_values_follow_the_parameter() -> None:
    """An empty value is omitted for an optional parameter, and kept for a parameter that may be empty."""
    template = ZaloTemplate(
        id="7",
        name="",
        state="ENABLE",
        fields=(
            TemplateParameter(name="a", required=False),
            TemplateParameter(name="b", may_be_empty=True),
            TemplateParameter(name="c", least=2),
        ),
    )

    assert template.fit_values({"a": "", "b": "", "c": "xy"}) == {"b": "", "c": "xy"}
    with pytest.raises(RequestRejected, match="field 'b' would be empty"):
        template.fit_values({"c": "xy"})
    with pytest.raises(RequestRejected, match="its field 'c' needs at least 2 characters, not 1"):
        template.fit_values({"b": "", "c": "x"})


def test_delivery_time_is_parsed() -> None:
    """The time of delivery is parsed from milliseconds as text."""
    answer = {"status": "1", "delivery_time": "1790000000000"}

    assert TemplateCatalogue(ScriptedApi({"/message/status": answer})).get_delivery("m").at == datetime(
        2026, 9, 21, 14, 13, 20, tzinfo=UTC
    )


def test_list_without_pages_is_read_once() -> None:
    """A list that ignores the offset is read once and not endlessly."""
    page = [{"templateId": number, "status": "ENABLE"} for number in range(100)]

    assert len(TemplateCatalogue(ScriptedApi({"/template/all": page})).list_templates()) == 100


def test_unknown_state_is_not_repeated() -> None:
    """A template's state that isn't known is dropped, because states appear in messages to operators."""
    invalid = {"templateId": 1, "status": "của bà Thử"}

    assert TemplateCatalogue(ScriptedApi({INFO: invalid})).get_template("1").state == ""
