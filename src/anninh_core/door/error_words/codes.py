"""The code of an error, by which programs know it."""

from anninh_core.kernel import errors


def code_of(error: BaseException) -> str:
    """Return the code of an error: its class in snake case; `internal_error` for what isn't ours."""
    return code_of_class(type(error))


def code_of_class(kind: type[BaseException]) -> str:
    """Return the code of an error's class."""
    if issubclass(kind, errors.AnninhError | errors.ConfigurationError):
        return kind.code
    return "internal_error"
