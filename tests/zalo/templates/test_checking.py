"""The templates in an account's options are checked, for operators."""

import pytest
from tests.zalo.templates.conftest import Build, ScriptedApi, build_options

from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.health import Check, Level
from anninh_zalo.templates.catalogue import TemplateCatalogue
from anninh_zalo.templates.health import check_templates
from anninh_zalo.templates.template_config import read_templates
from anninh_zalo.testing import Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate


def format_check(check: Check) -> str:
    return f"{check.level.value}: {check.what}"


def test_no_templates_need_no_call(sandbox: Sandbox, sender_builder: Build) -> None:
    """An account without templates has no checks and makes no call."""
    assert sender_builder({}).check() == ()
    assert sandbox.calls == []


def test_valid_templates_pass_the_checks(sender_builder: Build, unit_template: SandboxTemplate) -> None:
    """Each template of both delivery methods has a check, and so has the daily quota."""
    checks = sender_builder(build_options(unit_template), build_options(unit_template, "tip.answer")).check()

    assert [check.level for check in checks] == [Level.OK] * 3
    assert (
        checks[0].what
        == f"Template {unit_template.id} (option template.tip.receipt) is enabled and its parameters fit."
    )
    assert "(option phone_template.tip.answer)" in checks[1].what
    assert checks[2].what == "500 of today's 500 messages by template are left."


@pytest.mark.parametrize(("status", "state"), [(2, "PENDING_REVIEW"), (3, "REJECT"), (4, "DISABLE")])
def test_disabled_template_is_a_problem(
    account: SandboxOfficialAccount, sender_builder: Build, status: int, state: str
) -> None:
    """A template that isn't enabled is a problem with its state."""
    template = account.template("waits", {}, status=status)

    assert format_check(sender_builder({"help": template.id}).check()[0]) == (
        f"problem: Template {template.id} (option template.help) can't be sent: its state is {state}."
    )


def test_unknown_template_is_a_problem(sender_builder: Build) -> None:
    """A template id that Zalo doesn't know is a problem with the option's name."""
    assert (
        format_check(sender_builder({"help": "999"}).check()[0])
        == "problem: Zalo has no template 999 (option template.help)."
    )


def test_wrong_parameters_are_problems(sender_builder: Build, unit_template: SandboxTemplate) -> None:
    """An unknown parameter, a missing one and a text that is always too long are problems."""
    options = {"help": unit_template.id, "help.cod": "{receipt}", "help.unit": "Công an xã, thị trấn của huyện {unit}"}
    checks = sender_builder(options).check()

    assert [check.what.partition(": ")[2] for check in checks[:-1]] == [
        "it has no parameter 'cod', only code, unit.",
        "parameter 'unit' can have 20 characters, but its text has at least 31.",
        "its parameter 'code' isn't filled: set the option template.help.code.",
    ]
    assert {check.level for check in checks[:-1]} == {Level.PROBLEM}
    assert all(check.todo for check in checks[:-1])


def test_used_daily_quota_is_a_warning(
    account: SandboxOfficialAccount, sender_builder: Build, unit_template: SandboxTemplate
) -> None:
    """A daily quota that is used up is a warning, because it is renewed on the next day."""
    account.account.daily = 0

    assert format_check(sender_builder(build_options(unit_template)).check()[-1]).startswith(
        "warning: 0 of today's 0 messages"
    )


def test_failed_call_is_a_warning() -> None:
    """A failed call to Zalo is a warning, and raises no exception."""
    api = ScriptedApi({"/template/info/v2": RetryLater("no connection"), "/message/quota": RetryLater("no connection")})
    checks = check_templates(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [check.level for check in checks] == [Level.WARNING, Level.WARNING]
    assert all("no connection" in check.what for check in checks)


def test_low_quality_is_a_warning() -> None:
    """A template of low quality is a warning, because Zalo may disable it."""
    info = {"templateId": 7, "status": "ENABLE", "templateQuality": "LOW"}
    api = ScriptedApi({"/template/info/v2": info, "/message/quota": {"dailyQuota": 1, "remainingQuota": 1}})
    checks = check_templates(TemplateCatalogue(api), [*read_templates("template", {"help": "7"}, "oa").values()])

    assert [check.level for check in checks] == [Level.WARNING, Level.OK, Level.OK]
