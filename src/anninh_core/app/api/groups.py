"""Groups: registry, charter, directory, life."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.groups.service import Groups
    from anninh_core.workflows import GroupCreation, GroupDirectory, PossibleGroupSteps
    from anninh_core.workflows.possible_steps.offers import Verbs


class GroupsApi:
    """Groups: registry, charter, directory, life. Every verb takes the actor first."""

    def __init__(
        self,
        groups: "Groups",
        creation: "GroupCreation",
        page: "GroupDirectory",
        possible_steps: "Callable[[Verbs], PossibleGroupSteps]",
    ) -> None:
        self.plan = groups.lifecycle.plan
        self.launch = groups.lifecycle.launch
        self.send_charter = groups.lifecycle.send_charter
        self.rename = groups.lifecycle.rename
        self.relink = groups.lifecycle.relink
        self.suspend = groups.lifecycle.suspend
        self.resume = groups.lifecycle.resume
        self.close = groups.lifecycle.close
        self.merge = groups.lifecycle.merge
        self.seat = groups.board.seat
        self.vacate = groups.board.vacate
        self.hand_over = groups.board.hand_over
        self.name_key_people = groups.board.name_key_people
        self.welcome = groups.operations.welcome
        self.acknowledge = groups.operations.acknowledge
        self.note_post = groups.operations.note_post
        self.remind = groups.operations.remind
        self.measure = groups.operations.measure
        self.get = groups.queries.get
        self.list = groups.queries.list
        self.directory = groups.queries.directory
        self.find_for_resident = groups.queries.find_for_resident
        self.targets = groups.queries.targets
        self.hygiene = groups.queries.hygiene
        self.found = creation.plan_and_create
        self.create = creation.create
        self.link_group = creation.link_group
        self.render_directory = page.render_directory
        self.can_do = possible_steps({**vars(self)}).can_do
