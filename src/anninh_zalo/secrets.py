"""Function that lists the options that an adapter's settings model declares, and the secrets among them."""

from typing import Annotated, get_origin

from pydantic import BaseModel, Field

from anninh_core.ports.options import AcceptedOptions

_MARK = "secret"

Secret = Annotated[str, Field(repr=False), _MARK]
"""The type of a field that holds a secret."""


def accepted_options(model: type[BaseModel]) -> AcceptedOptions:
    """Return the options that a model's fields declare; a field of the type `dict` is a family of options."""
    required: list[str] = []
    optional: list[str] = []
    secrets: list[str] = []
    optional_secrets: list[str] = []
    families: list[str] = []
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) is dict:
            families.append(f"{name}.")
        elif _MARK in field.metadata:
            (secrets if field.is_required() else optional_secrets).append(name)
        else:
            (required if field.is_required() else optional).append(name)
    return AcceptedOptions(
        required=tuple(required),
        optional=tuple(optional),
        secrets=tuple(secrets),
        optional_secrets=tuple(optional_secrets),
        families=tuple(families),
    )
