"""Checks of an open app whose findings may leave the machine: they name no path and quote no error."""

from collections.abc import Iterator
from functools import partial

from anninh_core.app.app import App
from anninh_core.app.doctor.file_checks import DataPaths, check_free_space
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.doctor.questions import QUESTIONS, run_check
from anninh_core.app.health import check_readiness
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem

_AT_THE_MACHINE = Sentence("Run `anninh doctor` on the server.")


def check_system(app: App, places: DataPaths | None) -> Iterator[Check]:
    """Yield the findings about an open app.

    Args:
        places: paths of its data; None if they aren't on this machine.
    """
    yield from run_check("ready", lambda: _check_ready(app), _explain)
    if places is not None:
        disk = partial(check_free_space, places, Machine(), names_folders=False)
        yield from run_check("disk", disk, _explain)
    for question in QUESTIONS:
        if not question.at_the_machine:
            yield from run_check(question.name, partial(question.ask, app), _explain)


def _check_ready(app: App) -> Iterator[Check]:
    states = check_readiness(app).states
    for name, state in states.items():
        if state != "ok":
            yield problem(
                "ready",
                Sentence("The readiness check {check!r} returned {state!r}.", check=name, state=state),
                _AT_THE_MACHINE,
            )
    if set(states.values()) == {"ok"}:
        yield ok("ready", "The storage can be read and written, and the keys work.")


def _explain(name: str, error: Exception) -> Check:
    """Return a finding with only the class of an error, because its text may name a path."""
    return problem(name, Sentence("This couldn't be checked: {reason}.", reason=type(error).__name__), _AT_THE_MACHINE)
