"""What Zalo tells about templates, in whatever way it writes it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.zalo.templates.conftest import Answering, Build, message, options_for

from anninh_core.kernel.errors import RequestRejected
from anninh_core.testing import FixedClock
from anninh_zalo.templates.catalogue import Arrival, Catalogue, Fate, Parameter, Quota, Template
from anninh_zalo.testing import OfficialAccount, Person, state

INFO = "/template/info/v2"


def test_all_templates_are_listed(account: OfficialAccount, build: Build) -> None:
    """Page by page, each once, with their states."""
    made = [account.template(f"t{number}", {}, status=number % 4 + 1) for number in range(205)]
    found = build({}).catalogue.all()

    assert [one.name for one in found] == [one.name for one in account.account.templates.values()]
    assert len(found) == len({one.id for one in made})
    assert {one.state for one in found} == {"ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE"}
    assert [one.enabled for one in found[:4]] == [True, False, False, False]


def test_a_template_tells_its_parameters(build: Build, told: state.Template) -> None:
    """With their limits and its price."""
    assert build({}).catalogue.info(told.id) == Template(
        id=told.id,
        name="told",
        state="ENABLE",
        price="300",
        quality="HIGH",
        fields=(Parameter(name="code", most=11), Parameter(name="unit", most=20)),
    )
    with pytest.raises(RequestRejected, match="-109"):
        build({}).catalogue.info("999")


def test_a_message_by_telephone_can_be_asked_about(
    person: Person, build: Build, told: state.Template, clock: FixedClock
) -> None:
    """Arrived with its time, under way while the telephone is off, or never heard of."""
    templates = build(options_for(told))
    arrived = templates.send_by("phone", message(person.id))
    person.profile.reach = False
    waits = templates.send_by("phone", message(person.id))
    ids = (arrived.platform_id, waits.platform_id, "nothing")

    assert [templates.catalogue.fate(id) for id in ids] == [
        Fate(Arrival.ARRIVED, clock.now()),
        Fate(Arrival.UNDER_WAY),
        Fate(Arrival.UNKNOWN),
    ]


def test_today_has_a_quota(account: OfficialAccount, person: Person, build: Build, told: state.Template) -> None:
    """What is left grows less with what is sent."""
    account.account.daily = 10
    templates = build(options_for(told))
    templates.send_by("phone", message(person.id))

    assert templates.catalogue.quota() == Quota(10, 9)


@pytest.mark.parametrize(
    ("told", "parameter"),
    [
        (
            {"name": "a", "require": False, "maxLength": "30", "minLength": 2},
            Parameter(name="a", required=False, most=30, least=2),
        ),
        ({"name": "a", "require": True, "acceptNull": True}, Parameter(name="a", may_be_empty=True)),
        ({"name": "a", "maxLength": None, "minLength": "x"}, Parameter(name="a")),
    ],
)
def test_parameters_however_they_are_written(told: dict[str, Any], parameter: Parameter) -> None:
    """Numbers as text, nothing where nothing is told; a parameter nobody calls optional is required."""
    found = Catalogue(Answering({INFO: {"templateId": 7, "status": 1, "listParams": [told, {}, None]}})).info("7")

    assert (found.id, found.enabled, found.fields) == ("7", True, (parameter,))


@pytest.mark.parametrize("data", [None, [], "x", {"listParams": "x", "status": None}])
def test_an_answer_that_tells_nothing(data: object) -> None:
    """Nothing is known then, and nothing breaks."""
    catalogue = Catalogue(Answering(dict.fromkeys([INFO, "/template/all", "/message/quota", "/message/status"], data)))

    assert catalogue.info("7") == Template(id="", name="", state="")
    assert (catalogue.all(), catalogue.quota(), catalogue.fate("m")) == ([], Quota(0, 0), Fate(Arrival.UNKNOWN))


def test_values_are_fitted() -> None:
    """What is left empty is left out where the template does without, and stays where it may be empty."""
    spared = Template(
        id="7",
        name="",
        state="ENABLE",
        fields=(
            Parameter(name="a", required=False),
            Parameter(name="b", may_be_empty=True),
            Parameter(name="c", least=2),
        ),
    )

    assert spared.fitting({"a": "", "b": "", "c": "xy"}) == {"b": "", "c": "xy"}
    with pytest.raises(RequestRejected, match="field 'b' would be empty"):
        spared.fitting({"c": "xy"})
    with pytest.raises(RequestRejected, match="field 'c' takes at least 2 characters, not 1"):
        spared.fitting({"b": "", "c": "x"})


def test_a_time_of_delivery_is_read() -> None:
    """Milliseconds as text."""
    answer = {"status": "1", "delivery_time": "1790000000000"}

    assert Catalogue(Answering({"/message/status": answer})).fate("m").at == datetime(
        2026, 9, 21, 14, 13, 20, tzinfo=UTC
    )


def test_a_list_that_knows_no_pages() -> None:
    """One that begins anew for each page is read once, not without end."""
    page = [{"templateId": number, "status": "ENABLE"} for number in range(100)]

    assert len(Catalogue(Answering({"/template/all": page})).all()) == 100


def test_states_are_words_of_zalo() -> None:
    """What stands there instead isn't repeated: it goes into what an operator is told."""
    odd = {"templateId": 1, "status": "của bà Thử"}

    assert Catalogue(Answering({INFO: odd})).info("1").state == ""
