"""The shape of what tells how cases are handled."""

from pydantic import Field

from anninh_core.profile.shapes import Id, Text, TomlTable


class SettlingSchema(TomlTable):
    """`[settling.*]`: what a tip needs to be settled with an outcome.

    `evidence` asks for the number of a document or a message with a file; `reasons` (code = name) are the only codes.
    """

    evidence: bool = False
    reasons: dict[Id, Text] = {}


class HandlingSchema(TomlTable):
    """`[handling]`: hours for which an officer may take a tip that nobody has."""

    claim_hours: int = Field(default=4, ge=1, le=72)
