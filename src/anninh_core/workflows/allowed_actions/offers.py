"""The steps that are offered to an actor for a record, and the views that show them."""

from collections.abc import Callable, Collection, Iterator
from inspect import Parameter, signature
from typing import Generic, TypeVar

from attrs import frozen

from anninh_core.usecase.kinds import HasId, Kind
from anninh_core.usecase.marks import get_action_name, get_use_case
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
    """An input that an operation takes in addition to the record.

    Attributes:
        required: whether the input can't be left out.
    """

    name: str
    required: bool


@view(listed=("operation", "label"))
class PossibleStep:
    """An operation that can be carried out.

    Attributes:
        operation: its public name, such as `tips.assign`.
        label: its name for officers.
        step_up: whether it requires a second factor shown just now.
        inputs: its inputs apart from the record and its version, in order.
    """

    operation: str
    label: str
    step_up: bool
    inputs: tuple[StepInput, ...]


@view
class PossibleSteps:
    """The steps that an actor can take with a record in its current state.

    Attributes:
        version: of the record; an act that names it is refused once the record has changed.
        steps: in the usual order of work.
    """

    version: int
    steps: tuple[PossibleStep, ...]


@frozen
class _Step:
    """A step with its use case; `action` is its name in the journal."""

    mark: UseCase
    action: str
    shown: PossibleStep


class StepOffers(Generic[M]):
    """Finds which steps an actor can take with a record of one kind.

    Args:
        noun: name of the app's noun with the operations, such as `tips`.
        find_verb: returns the use case of an operation.
        checks: preconditions of each step.
        implied: names of inputs that the record itself determines, apart from its id.
    """

    def __init__(
        self, noun: str, find_verb: FindVerb, kind: Kind[M], checks: StepChecks[M], implied: Collection[str] = ()
    ) -> None:
        self._kind = kind
        self._checks = checks
        operations = {name: f"{noun}.{name}" for name in checks}
        self._steps = {
            name: _build_step(operation, find_verb(operation), {_SEEN, *implied})
            for name, operation in operations.items()
        }

    def find(self, session: ReadSession, model: M, *other_units: str) -> PossibleSteps:
        """Return the steps that the actor can take with a record that they may read.

        Args:
            other_units: further units with a valid permission; the checks then decide for each step which unit counts.
        """
        units = (*self._kind.all_units(model), *other_units)
        district = session.context.district
        possible_steps = tuple(
            make_view(PossibleStep, step.shown, label=name_action(step.action, district, "vi"))
            for name, step in self._steps.items()
            if is_granted(session, step.mark, step.shown.operation, units) and self._checks.allows(name, model, session)
        )
        version: int = getattr(model, self._kind.version_field)
        return PossibleSteps(version=version, steps=possible_steps)


def _build_step(operation: str, verb: Callable[..., object], implied: Collection[str]) -> _Step:
    mark = get_use_case(verb)
    if mark is None or not mark.public:
        raise TypeError(f"{operation} is offered as a step, but nobody outside may call it")
    inputs = tuple(_iter_inputs(verb, implied))
    step = PossibleStep(operation=operation, label=operation, step_up=mark.step_up, inputs=inputs)
    return _Step(mark, get_action_name(verb), step)


def _iter_inputs(verb: Callable[..., object], implied: Collection[str]) -> Iterator[StepInput]:
    """Yield the inputs of a use case, apart from the actor, the record and the inputs named in `implied`."""
    _, _, *parameters = signature(verb).parameters.values()
    for parameter in parameters:
        if parameter.name not in implied:
            yield StepInput(name=parameter.name, required=parameter.default is Parameter.empty)
