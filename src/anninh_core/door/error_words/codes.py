"""The code of an error: its class in snake case, by which programs know it."""

import re
from collections.abc import Mapping

from anninh_core.kernel import errors

_CODES: Mapping[type[Exception], str] = {errors.NotVisible: "not_found"}  # told like any missing record
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def code_of(error: BaseException) -> str:
    """Return the code of an error: its class in snake case; `internal_error` for what isn't ours."""
    return code_of_class(type(error))


def code_of_class(kind: type[BaseException]) -> str:
    """Return the code of an error's class."""
    if not issubclass(kind, errors.AnninhError | errors.ConfigurationError):
        return "internal_error"
    return _CODES.get(kind) or _WORD.sub("_", kind.__name__).lower()
