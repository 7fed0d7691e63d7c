import pytest

from anninh_core import kernel


def test_every_public_name_resolves() -> None:
    """Every name in `dir` and `__all__` can be imported."""
    assert dir(kernel) == getattr(kernel, "__all__")  # noqa: B009  the stub has none
    assert all(getattr(kernel, name) is not None for name in dir(kernel))


def test_lazy_name_is_the_module_object() -> None:
    """A lazily loaded name of the package is the object of its module, not a copy."""
    from anninh_core.kernel.text import fold  # noqa: PLC0415  both ways of importing are compared

    assert kernel.fold is fold


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name raises an error that names the package."""
    with pytest.raises(AttributeError, match=r"anninh_core\.kernel.*flod"):
        _ = kernel.flod  # type: ignore[attr-defined]  # a type checker sees it too, or this would be one ignore too many
