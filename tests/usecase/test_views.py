"""Views are read-only copies of records with chosen fields, which may leave the process."""

from datetime import UTC, datetime

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError

from anninh_core.usecase.views import is_view, make_view, view

AT = datetime(2021, 9, 1, 8, tzinfo=UTC)


@view
class StepView:
    """A sample view of a step."""

    at: datetime


@view
class CaseView:
    """A sample view of a case."""

    id: str
    is_open: bool
    last: StepView | None
    steps: tuple[StepView, ...]
    unit: str


@frozen
class Step:
    """A sample step with its officer, whom the view omits."""

    at: datetime
    officer: str = "lan"

    def to_view(self) -> StepView:
        return make_view(StepView, self)


@frozen
class Case:
    """A sample case with a secret, which the view omits."""

    id: str
    secret: str
    steps: tuple[Step, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.steps

    @property
    def last(self) -> Step | None:
        return self.steps[-1] if self.steps else None


def test_a_view_shows_its_fields_and_nothing_else() -> None:
    """A view has exactly its own fields, filled from properties and from values with views of their own."""
    case_view = make_view(CaseView, Case("c1", "secret", (Step(AT),)), unit="ninh-hoa")
    step = StepView(at=AT)
    assert case_view == CaseView(id="c1", is_open=False, last=step, steps=(step,), unit="ninh-hoa")
    assert "secret" not in repr(case_view)
    assert make_view(CaseView, Case("c1", "secret"), last=Step(AT), unit="").last == step


def test_a_field_without_a_value_is_an_error() -> None:
    """A view with a field that has no value can't be made."""
    with pytest.raises(AttributeError, match="unit"):
        make_view(CaseView, Case("c1", "secret"))


def test_subclass_of_a_view_is_no_view() -> None:
    """A subclass of a view is no view, and a view can't be changed."""

    class StepViewSubclass(StepView):
        pass

    assert is_view(StepView)
    assert not is_view(StepViewSubclass)
    assert not is_view(Case)
    assert not is_view(StepView(at=AT))
    with pytest.raises(FrozenInstanceError):
        StepView(at=AT).at = AT  # type: ignore[misc]
