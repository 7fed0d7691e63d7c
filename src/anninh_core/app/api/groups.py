from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.groups.board import GroupBoard
from anninh_core.domain.groups.lifecycle import GroupLifecycle
from anninh_core.domain.groups.operations import GroupOperations
from anninh_core.domain.groups.queries import GroupQueries
from anninh_core.workflows.allowed_actions.groups import PossibleGroupSteps
from anninh_core.workflows.group_creation import GroupCreation
from anninh_core.workflows.group_directory import GroupDirectory

_lifecycle = part(lambda internals: internals.services.groups.lifecycle)
_board = part(lambda internals: internals.services.groups.board)
_operations = part(lambda internals: internals.services.groups.operations)
_queries = part(lambda internals: internals.services.groups.queries)
_group_creation = part(lambda internals: internals.workflows.group_creation)
_group_directory = part(lambda internals: internals.workflows.group_directory)
_possible_steps = part(lambda internals: internals.workflows.possible_group_steps)


class GroupsApi(Noun):
    """Groups: registry, charter, boards, directory and operation. Every verb takes the actor first."""

    plan = verb(_lifecycle, GroupLifecycle.plan)
    launch = verb(_lifecycle, GroupLifecycle.launch)
    send_charter = verb(_lifecycle, GroupLifecycle.send_charter)
    rename = verb(_lifecycle, GroupLifecycle.rename)
    relink = verb(_lifecycle, GroupLifecycle.relink)
    suspend = verb(_lifecycle, GroupLifecycle.suspend)
    resume = verb(_lifecycle, GroupLifecycle.resume)
    close = verb(_lifecycle, GroupLifecycle.close)
    merge = verb(_lifecycle, GroupLifecycle.merge)
    seat = verb(_board, GroupBoard.seat)
    vacate = verb(_board, GroupBoard.vacate)
    hand_over = verb(_board, GroupBoard.hand_over)
    name_key_people = verb(_board, GroupBoard.name_key_people)
    welcome = verb(_operations, GroupOperations.welcome)
    acknowledge = verb(_operations, GroupOperations.acknowledge)
    note_post = verb(_operations, GroupOperations.note_post)
    remind = verb(_operations, GroupOperations.remind)
    measure = verb(_operations, GroupOperations.measure)
    get = verb(_queries, GroupQueries.get)
    list = verb(_queries, GroupQueries.list)
    directory = verb(_queries, GroupQueries.directory)
    find_for_resident = verb(_queries, GroupQueries.find_for_resident)
    targets = verb(_queries, GroupQueries.targets)
    hygiene = verb(_queries, GroupQueries.hygiene)
    establish = verb(_group_creation, GroupCreation.plan_and_create)
    create = verb(_group_creation, GroupCreation.create)
    link_group = verb(_group_creation, GroupCreation.link_group)
    render_directory = verb(_group_directory, GroupDirectory.render_directory)
    can_do = verb(_possible_steps, PossibleGroupSteps.can_do)
