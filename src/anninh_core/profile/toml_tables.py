"""What the tables of a profile are made of, and those that say how cases are handled."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from anninh_core.kernel.text import nfc


def matches_pattern(pattern: str, advice: str) -> AfterValidator:
    """Make the check of a text's form; what it says when it refuses is the way out."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text, re.ASCII) is None:
            raise ValueError(advice)
        return text

    return AfterValidator(check)


Id = Annotated[
    str, matches_pattern(r"[a-z0-9][a-z0-9_/-]{0,79}", "write it in small letters, digits, - _ and /, up to 80 in all")
]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(nfc)]
OptionalText = Annotated[str, AfterValidator(nfc)]
"""Text that may be empty."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
Urgency = Literal["ordinary", "serious"]


class TomlTable(BaseModel):
    """A TOML table: no key but those named, and no value bent into another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class SettlingSchema(TomlTable):
    """`[settling.*]`: what a tip needs to be settled with an outcome.

    `evidence` asks for the number of a document or a message with a file; `reasons` (code = name) are the only codes.
    """

    evidence: bool = False
    reasons: dict[Id, Text] = {}


class HandlingSchema(TomlTable):
    """`[handling]`: hours for which an officer may take a tip that nobody has."""

    claim_hours: int = Field(default=4, ge=1, le=72)
