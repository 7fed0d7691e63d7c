"""Examination of a folder for `anninh doctor`, whatever state it is in."""

from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from anninh_core.app import load_settings
from anninh_core.app.doctor.questions import describe_failed_check
from anninh_core.app.examination import examine
from anninh_core.kernel.errors import AnninhError, ConfigurationError
from anninh_core.ports.health import Check
from anninh_core.profile import load_profile

_EXPECTED_ERRORS = (AnninhError, ConfigurationError, OSError)


def examine_folder(at: Path, *, deep: bool) -> Sequence[Check]:
    """Return the checks of a folder; settings or a profile that can't be read are a failed check."""
    try:
        settings = load_settings(at)
    except _EXPECTED_ERRORS as error:
        return [describe_failed_check("settings", error)]
    with chdir(at):
        try:
            district = load_profile(settings.profile)
        except _EXPECTED_ERRORS as error:
            return [describe_failed_check("profile", error)]
        return examine(district, settings, deep=deep)
