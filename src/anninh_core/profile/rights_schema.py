"""The shape of `[rights]`: limits of the law, and the ways, other than the chat, to show who one is and be answered."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from anninh_core.profile.shapes import Day, Id, OptionalText, Text, TomlTable, matches_pattern

_LIMIT = r"[1-9]\d{0,2}(h|d|wd|m)"
_Asks = Literal["access", "correction", "restriction", "deletion", "objection"]


class RightsLimitSchema(TomlTable):
    """`[[rights.limits]]`: a limit of the law, or of the district's own.

    `checked_on` is the day on which somebody compared it with the law's text; it is left out for never. An `extension`
    is in the unit of the `limit`.
    """

    kinds: list[_Asks] = Field(min_length=1)
    limit: Annotated[str, matches_pattern(_LIMIT, "write hours 72h, days 10d, working days 3wd or months 1m")]
    extension: Annotated[str, matches_pattern(rf"({_LIMIT})?", "write it in the unit of the limit, or '' for none")] = (
        ""
    )
    source: Text
    own: bool = False
    warn_days: int = Field(default=3, ge=0, le=60)
    valid_from: Day | None = None
    valid_to: Day | None = None
    moves: bool = False
    moves_by: OptionalText = ""
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _check_units(self) -> Self:
        if self.extension and self.extension.lstrip("0123456789") != self.limit.lstrip("0123456789"):
            raise ValueError(f"extension {self.extension!r} isn't in the unit of the limit {self.limit!r}")
        return self


class RightsSchema(TomlTable):
    """`[rights]`."""

    limits: list[RightsLimitSchema] = []
    ways: dict[Id, Text] = {}
    deliveries: dict[Id, Text] = {}
