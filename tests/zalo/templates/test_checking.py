"""What an operator is told about the templates of the options."""

import pytest
from tests.zalo.templates.conftest import Answering, Build, options_for

from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.health import Check, Level
from anninh_zalo.templates.catalogue import TemplateCatalogue
from anninh_zalo.templates.health import template_checks
from anninh_zalo.templates.template_config import read_templates
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate


def shown(found: Check) -> str:
    return f"{found.level.value}: {found.what}"


def test_nothing_is_asked_where_nothing_is_set(sandbox: Sandbox, build: Build) -> None:
    """An account without templates has no checks."""
    assert build({}).check() == ()
    assert sandbox.calls == []


def test_all_is_well(build: Build, told: SandboxTemplate) -> None:
    """Each template, of both ways, and the quota of the day."""
    found = build(options_for(told), options_for(told, "tip.answer")).check()

    assert [one.level for one in found] == [Level.OK] * 3
    assert found[0].what == f"Template {told.id} (option template.tip.receipt) is enabled and its parameters fit."
    assert "(option phone_template.tip.answer)" in found[1].what
    assert found[2].what == "500 of today's 500 messages by template are left."


@pytest.mark.parametrize(("status", "state"), [(2, "PENDING_REVIEW"), (3, "REJECT"), (4, "DISABLE")])
def test_a_template_that_isnt_enabled(account: SandboxOfficialAccount, build: Build, status: int, state: str) -> None:
    """Its state is told."""
    template = account.template("waits", {}, status=status)

    assert shown(build({"help": template.id}).check()[0]) == (
        f"problem: Template {template.id} (option template.help) can't be sent: its state is {state}."
    )


def test_a_template_that_isnt_there(build: Build) -> None:
    """The option with the wrong id is named."""
    assert shown(build({"help": "999"}).check()[0]) == "problem: Zalo has no template 999 (option template.help)."


def test_parameters_that_dont_fit(build: Build, told: SandboxTemplate) -> None:
    """One that the template doesn't have, one that nothing fills, one whose words alone are too long."""
    options = {"help": told.id, "help.cod": "{receipt}", "help.unit": "Công an xã, thị trấn của huyện {unit}"}
    found = build(options).check()

    assert [one.what.partition(": ")[2] for one in found[:-1]] == [
        "it has no parameter 'cod', only code, unit.",
        "parameter 'unit' can have 20 characters, but its text has at least 31.",
        "its parameter 'code' isn't filled: set the option template.help.code.",
    ]
    assert {one.level for one in found[:-1]} == {Level.PROBLEM}
    assert all(one.todo for one in found[:-1])


def test_a_day_whose_quota_is_used_up(account: SandboxOfficialAccount, build: Build, told: SandboxTemplate) -> None:
    """Is a warning: tomorrow it is another one."""
    account.account.daily = 0

    assert shown(build(options_for(told)).check()[-1]).startswith("warning: 0 of today's 0 messages")


def test_what_cant_be_looked_at_is_a_finding() -> None:
    """Nothing is raised."""
    api = Answering({"/template/info/v2": RetryLater("no connection"), "/message/quota": RetryLater("no connection")})
    found = template_checks(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [one.level for one in found] == [Level.WARNING, Level.WARNING]
    assert all("no connection" in one.what for one in found)


def test_a_low_quality_is_told_in_time() -> None:
    """Zalo disables such a template sooner or later."""
    info = {"templateId": 7, "status": "ENABLE", "templateQuality": "LOW"}
    api = Answering({"/template/info/v2": info, "/message/quota": {"dailyQuota": 1, "remainingQuota": 1}})
    found = template_checks(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [one.level for one in found] == [Level.WARNING, Level.OK, Level.OK]
