"""Base class of the workflows."""

from collections.abc import Callable
from typing import Any

from anninh_core.domain.services import Services
from anninh_core.usecase.marks import Service
from anninh_core.usecase.runner import UseCaseRunner

FindVerb = Callable[[str], Callable[..., Any]]
"""Returns the function of an operation such as `tips.get`."""


class Workflow(Service):
    """Base class of workflows: acts of a person that concern several subjects. A workflow calls the subjects' use
    cases, and saves none of their records itself.

    `action_prefix` is the first half of the names of its actions in the journal; these names are stored, so they never
    change.
    """

    def __init__(self, runner: UseCaseRunner, services: Services) -> None:
        super().__init__(runner)
        self.services = services
