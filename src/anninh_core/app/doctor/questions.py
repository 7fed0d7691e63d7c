"""List of the checks of an open app: all of them for `anninh doctor` at the machine, fewer for the health view."""

from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.doctor import (
    app_checks,
    backup_checks,
    calendar_checks,
    collector_checks,
    duty_checks,
    key_checks,
    people_checks,
    report_checks,
)
from anninh_core.kernel.errors import AnninhError, ConfigurationError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, problem

Found = Check | Iterable[Check]


@frozen
class Question:
    """A check of an open app.

    Attributes:
        name: name of the finding if the check fails.
        at_the_machine: whether the check names people, calls a platform or decrypts many records, and so runs only at
            the machine.
    """

    name: str
    ask: Callable[[App], Found]
    at_the_machine: bool = False


QUESTIONS = (
    Question("demo", app_checks.check_demo),
    Question("clock", app_checks.check_journal_time),
    Question("clock", app_checks.check_profile_in_force),
    Question("calendar", calendar_checks.check_calendar),
    Question("keys", app_checks.check_decryption),
    Question("quarantine", app_checks.check_quarantine),
    Question("epochs", key_checks.check_epochs),
    Question("recovery", key_checks.check_recovery),
    Question("backups", backup_checks.check_backups),
    Question("journal", app_checks.check_chain_end),
    Question("journal", app_checks.check_journal_end_note),
    Question("queues", app_checks.check_queues),
    Question("worker", app_checks.check_worker_notes),
    Question("failures", app_checks.check_failures),
    Question("events", app_checks.check_unreadable_events),
    Question("people", app_checks.check_erasures),
    Question("roles", people_checks.check_roles, at_the_machine=True),
    Question("proxies", people_checks.check_proxies, at_the_machine=True),
    Question("custodians", people_checks.check_custodians, at_the_machine=True),
    Question("rights", people_checks.check_rights, at_the_machine=True),
    Question("reports", report_checks.check_numbers, at_the_machine=True),
    Question("duty", duty_checks.check_duty),
    Question("duty", duty_checks.check_chat_windows, at_the_machine=True),
    Question("messengers", app_checks.check_messengers, at_the_machine=True),
    Question("collectors", collector_checks.check_collectors, at_the_machine=True),
    Question("files", app_checks.check_files),
    Question("parts", app_checks.check_ports),
)


def run_check(name: str, ask: Callable[[], Found], explain: Callable[[str, Exception], Check]) -> Sequence[Check]:
    """Run a check and return its findings, or a finding that it couldn't be run.

    Args:
        explain: turns an exception into a finding.
    """
    try:
        findings = ask()
        return [findings] if isinstance(findings, Check) else [*findings]
    except Exception as error:  # noqa: BLE001  one thing that can't be looked at must not hide the others
        return [explain(name, error)]


def describe_failed_check(name: str, error: Exception) -> Check:
    """Return a finding for a check that failed with `error`.

    Errors of this library say what to do; the texts of other errors are omitted, because they may quote any data.
    """
    if isinstance(error, AnninhError | ConfigurationError):
        what = error.sentence
    else:
        reason = error if isinstance(error, OSError) else type(error).__name__
        what = Sentence("This couldn't be checked: {reason}.", reason=reason)
    return problem(name, what, "Correct the cause, then run the check again.")
