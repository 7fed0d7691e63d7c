"""Checks of the templates in the options, for operators."""

import pytest
from tests.zalo.templates.conftest import Answering, Build, options_for

from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.health import Check, Level
from anninh_zalo.templates.catalogue import TemplateCatalogue
from anninh_zalo.templates.health import template_checks
from anninh_zalo.templates.template_config import read_templates
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate


def shown(check: Check) -> str:
    return f"{check.level.value}: {check.what}"


def test_no_templates_need_no_call(sandbox: Sandbox, build: Build) -> None:
    """An account without templates has no checks and makes no call."""
    assert build({}).check() == ()
    assert sandbox.calls == []


def test_valid_templates_pass_the_checks(build: Build, told: SandboxTemplate) -> None:
    """Each template of both delivery methods has a check, and the daily quota has one."""
    checks = build(options_for(told), options_for(told, "tip.answer")).check()

    assert [check.level for check in checks] == [Level.OK] * 3
    assert checks[0].what == f"Template {told.id} (option template.tip.receipt) is enabled and its parameters fit."
    assert "(option phone_template.tip.answer)" in checks[1].what
    assert checks[2].what == "500 of today's 500 messages by template are left."


@pytest.mark.parametrize(("status", "state"), [(2, "PENDING_REVIEW"), (3, "REJECT"), (4, "DISABLE")])
def test_disabled_template_is_a_problem(account: SandboxOfficialAccount, build: Build, status: int, state: str) -> None:
    """A template that isn't enabled is a problem with its state."""
    template = account.template("waits", {}, status=status)

    assert shown(build({"help": template.id}).check()[0]) == (
        f"problem: Template {template.id} (option template.help) can't be sent: its state is {state}."
    )


def test_unknown_template_is_a_problem(build: Build) -> None:
    """A template id that Zalo doesn't know is a problem with the option's name."""
    assert shown(build({"help": "999"}).check()[0]) == "problem: Zalo has no template 999 (option template.help)."


def test_wrong_parameters_are_problems(build: Build, told: SandboxTemplate) -> None:
    """An unknown parameter, a missing one and a text that is always too long are problems."""
    options = {"help": told.id, "help.cod": "{receipt}", "help.unit": "Công an xã, thị trấn của huyện {unit}"}
    checks = build(options).check()

    assert [check.what.partition(": ")[2] for check in checks[:-1]] == [
        "it has no parameter 'cod', only code, unit.",
        "parameter 'unit' can have 20 characters, but its text has at least 31.",
        "its parameter 'code' isn't filled: set the option template.help.code.",
    ]
    assert {check.level for check in checks[:-1]} == {Level.PROBLEM}
    assert all(check.todo for check in checks[:-1])


def test_used_daily_quota_is_a_warning(account: SandboxOfficialAccount, build: Build, told: SandboxTemplate) -> None:
    """A used daily quota is a warning, as it is renewed the next day."""
    account.account.daily = 0

    assert shown(build(options_for(told)).check()[-1]).startswith("warning: 0 of today's 0 messages")


def test_failed_call_is_a_warning() -> None:
    """A failed call is a warning without an exception."""
    api = Answering({"/template/info/v2": RetryLater("no connection"), "/message/quota": RetryLater("no connection")})
    checks = template_checks(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [check.level for check in checks] == [Level.WARNING, Level.WARNING]
    assert all("no connection" in check.what for check in checks)


def test_low_quality_is_a_warning() -> None:
    """A template of low quality is a warning, as Zalo may disable it."""
    info = {"templateId": 7, "status": "ENABLE", "templateQuality": "LOW"}
    api = Answering({"/template/info/v2": info, "/message/quota": {"dailyQuota": 1, "remainingQuota": 1}})
    checks = template_checks(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [check.level for check in checks] == [Level.WARNING, Level.OK, Level.OK]
