"""Types of the values in a profile's tables, and the base class of the tables."""

import re
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from anninh_core.kernel.text import nfc


def build_pattern_validator(pattern: str, advice: str) -> AfterValidator:
    """Return a validator that checks a text by a pattern; `advice` is the message of its error."""

    def check_pattern(text: str) -> str:
        if re.fullmatch(pattern, text, re.ASCII) is None:
            raise ValueError(advice)
        return text

    return AfterValidator(check_pattern)


Id = Annotated[
    str,
    build_pattern_validator(
        r"[a-z0-9][a-z0-9_/-]{0,79}", "write it in small letters, digits, - _ and /, up to 80 in all"
    ),
]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(nfc)]
OptionalText = Annotated[str, AfterValidator(nfc)]
"""Type of a text that may be empty."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
NAMES_PLACE = "names a place"
"""Marks keys that name the authority or a place of it: they can't be inherited from another authority's profile."""
Urgency = Literal["ordinary", "serious"]


class TomlTable(BaseModel):
    """A TOML table that allows only the named keys and converts no value to another type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
HOURS = rf"{CLOCK}-({CLOCK}|24:00)"
Hours = Annotated[str, build_pattern_validator(HOURS, "write hours such as '07:30-11:30'")]
