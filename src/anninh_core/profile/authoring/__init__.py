"""Making a profile of one's own: beginning one by answers, and finding everything that doesn't fit."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.profile.authoring.answers import CommuneAnswers
    from anninh_core.profile.authoring.checking import check_profile
    from anninh_core.profile.authoring.commune import write_commune

__all__ = [
    "CommuneAnswers",
    "check_profile",
    "write_commune",
]

lazy(
    __name__,
    {
        "CommuneAnswers": "answers",
        "check_profile": "checking",
        "write_commune": "commune",
    },
)
