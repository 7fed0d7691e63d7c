"""What may leave the process: views, and how they are made of records."""

from datetime import UTC, datetime

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError

from anninh_core.usecase.views import is_view, make_view, view

AT = datetime(2021, 9, 1, 8, tzinfo=UTC)


@view
class StepView:
    """One step of a case."""

    at: datetime


@view
class CaseView:
    """What may leave of a case."""

    id: str
    is_open: bool
    last: StepView | None
    steps: tuple[StepView, ...]
    unit: str


@frozen
class Step:
    """One step, and who took it."""

    at: datetime
    officer: str = "lan"

    def to_view(self) -> StepView:
        """Return what may leave."""
        return make_view(StepView, self)


@frozen
class Case:
    """A case with a secret."""

    id: str
    secret: str
    steps: tuple[Step, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing was done yet."""
        return not self.steps

    @property
    def last(self) -> Step | None:
        """The last step."""
        return self.steps[-1] if self.steps else None


def test_a_view_shows_its_fields_and_nothing_else() -> None:
    """Properties and values with a view of their own are shown; what the view doesn't name stays."""
    shown = make_view(CaseView, Case("c1", "secret", (Step(AT),)), unit="ninh-hoa")
    step = StepView(at=AT)
    assert shown == CaseView(id="c1", is_open=False, last=step, steps=(step,), unit="ninh-hoa")
    assert "secret" not in repr(shown)


def test_a_field_without_a_value_is_an_error() -> None:
    """A view never leaves with a field that nobody filled."""
    with pytest.raises(AttributeError, match="unit"):
        make_view(CaseView, Case("c1", "secret"))


def test_only_views_are_views() -> None:
    """A class that inherits from one isn't one itself, and none changes once it is made."""

    class Inherits(StepView):
        pass

    assert is_view(StepView)
    assert not is_view(Inherits)
    assert not is_view(Case)
    assert not is_view(StepView(at=AT))
    with pytest.raises(FrozenInstanceError):
        StepView(at=AT).at = AT  # type: ignore[misc]
