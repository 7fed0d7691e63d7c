"""Which steps of a record are offered, and how they are shown."""

from collections.abc import Callable, Collection, Iterator
from inspect import Parameter, signature
from typing import Generic, TypeVar

from attrs import frozen

from anninh_core.usecase.kinds import HasId, Kind
from anninh_core.usecase.marks import action_of, use_case_of
from anninh_core.usecase.permissions.permits import UseCase
from anninh_core.usecase.preconditions.steps import StepChecks, is_granted
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.workflows.base import FindVerb
from anninh_core.workflows.labels import name_action

M = TypeVar("M", bound=HasId)
_SEEN = "seen_version"


@view
class StepInput:
    """Something that an operation takes beside the record.

    Attributes:
        required: whether it can't be left out.
    """

    name: str
    required: bool


@view(listed=("operation", "label"))
class PossibleStep:
    """An operation that can be carried out.

    Attributes:
        operation: its name at the door, such as `tips.assign`.
        label: what officers read of it.
        step_up: whether it takes somebody who has just shown a second factor.
        inputs: what it takes beside the record and its version, in order.
    """

    operation: str
    label: str
    step_up: bool
    inputs: tuple[StepInput, ...]


@view
class PossibleSteps:
    """What an actor can do with a record as it stands.

    Attributes:
        version: of the record; an act that names it is refused once the record has changed.
        steps: in the order in which work usually goes.
    """

    version: int
    steps: tuple[PossibleStep, ...]


@frozen
class _Step:
    """A step as the app has it; `action` is how the journal names it."""

    mark: UseCase
    action: str
    shown: PossibleStep


class StepOffers(Generic[M]):
    """The steps of a kind of record, with the operations that carry them out.

    Args:
        noun: of the app.
        find_verb: finds their use cases.
        checks: what each step takes for granted.
        known: names of inputs that the record itself answers, beside its id.
    """

    def __init__(
        self, noun: str, find_verb: FindVerb, kind: Kind[M], checks: StepChecks[M], known: Collection[str] = ()
    ) -> None:
        self._kind = kind
        self._checks = checks
        operations = {name: f"{noun}.{name}" for name in checks}
        self._steps = {
            name: _describe(operation, find_verb(operation), {_SEEN, *known}) for name, operation in operations.items()
        }

    def find(self, session: ReadSession, model: M, *other_units: str) -> PossibleSteps:
        """Return what the actor can do with a record that is theirs to see.

        Args:
            other_units: units on which a permission counts too; the checks then say for which step which one does.
        """
        units = (*self._kind.all_units(model), *other_units)
        district = session.context.district
        shown = tuple(
            make_view(PossibleStep, step.shown, label=name_action(step.action, district, "vi"))
            for name, step in self._steps.items()
            if is_granted(session, step.mark, step.shown.operation, units) and self._checks.allows(name, model, session)
        )
        version: int = getattr(model, self._kind.version_field)
        return PossibleSteps(version=version, steps=shown)


def _describe(operation: str, verb: Callable[..., object], known: Collection[str]) -> _Step:
    mark = use_case_of(verb)
    if mark is None or not mark.public:
        raise TypeError(f"{operation} is offered as a step, but nobody outside may call it")
    inputs = tuple(_inputs(verb, known))
    shown = PossibleStep(operation=operation, label=operation, step_up=mark.step_up, inputs=inputs)
    return _Step(mark, action_of(verb), shown)


def _inputs(verb: Callable[..., object], known: Collection[str]) -> Iterator[StepInput]:
    """Yield what a verb takes beside the actor, the record and what is known."""
    _, _, *others = signature(verb).parameters.values()
    for parameter in others:
        if parameter.name not in known:
            yield StepInput(name=parameter.name, required=parameter.default is Parameter.empty)
