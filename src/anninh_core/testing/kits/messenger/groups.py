"""Rules of the messenger kit about groups, and about abilities that a messenger lacks."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from anninh_core.kernel.errors import Unsupported
from anninh_core.ports.messengers.messenger import ABILITIES, Messenger
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    NOBODY,
    MessengerBench,
    assert_discreet,
    build_message,
    catch_refusal,
    require_ability,
    require_group,
    send,
)
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.messages import Address, Place

TITLE = "An ninh trật tự thôn Thử"
ACTS: dict[str, Callable[[Messenger, Address, Address], object]] = {
    "create_group": lambda messenger, _group, person: messenger.create_group(TITLE, [person]),
    "delete_message": lambda messenger, group, _person: messenger.delete_message(group, "m-1"),
    "list_members": lambda messenger, group, _person: messenger.list_members(group),
    "lock_posting": lambda messenger, group, _person: messenger.lock_posting(group, True),
    "reconcile": lambda messenger, _group, person: messenger.reconcile(
        build_message(person), datetime(2021, 9, 1, tzinfo=UTC)
    ),
    "remove_member": lambda messenger, group, person: messenger.remove_member(group, person),
    "send_group": lambda messenger, group, _person: messenger.send(build_message(group)),
    "send_person": lambda messenger, _group, person: messenger.send(build_message(person)),
}


class MessengerGroups(MessengerBench, ConformanceKit, kit=True):
    """Rules that groups are managed as declared, and that missing abilities are reported."""

    def test_abilities_are_named(self, messenger: Messenger) -> None:
        """M-30 The capabilities name every ability of the port and no other."""
        assert set(messenger.capabilities.abilities) == set(ABILITIES)

    def test_limits_are_explained(self, messenger: Messenger) -> None:
        """M-31 Every ability that isn't fully supported has a note that explains why."""
        for ability, declared in messenger.capabilities.abilities.items():
            assert declared.support is Support.FULL or declared.note.strip(), f"{ability} has no note"

    def test_unsupported(self, messenger: Messenger, person: Address, group: Address | None) -> None:
        """M-32 Calling an unsupported ability raises `Unsupported` with the reason."""
        target = group or Address(messenger.instance, Place.GROUP, "g-1")
        for ability in filter(lambda name: not messenger.capabilities.can(name), ACTS):
            declared = messenger.capabilities.of(ability)
            error = catch_refusal(partial(ACTS[ability], messenger, target, person))
            assert isinstance(error, Unsupported), (
                f"{ability} is told as {declared.support.value}, and calling it ends with {type(error).__name__}: "
                f"raise `self.capabilities.refusal({ability!r})`"
            )
            assert declared.note in str(error), f"the refusal of {ability} doesn't say why"

    def test_create_group(self, messenger: Messenger, person: Address) -> None:
        """M-33 A created group is a group of this instance and can be written to."""
        require_ability(messenger, "create_group")
        created = messenger.create_group(TITLE, [person])
        assert (created.address.messenger, created.address.place) == (messenger.instance, Place.GROUP)
        send(messenger, build_message(created.address))

    def test_groups_are_different(self, messenger: Messenger, person: Address) -> None:
        """M-34 Two groups with the same title are two groups."""
        require_ability(messenger, "create_group")
        first, second = (messenger.create_group(TITLE, [person]).address for _ in range(2))
        assert first != second

    def test_list_members(self, messenger: Messenger, person: Address) -> None:
        """M-35 A created group lists the people it was created with, once each, as addresses of this instance."""
        require_ability(messenger, "create_group")
        require_ability(messenger, "list_members")
        group = messenger.create_group(TITLE, [person, person]).address
        addresses = [member.address for member in messenger.list_members(group)]
        assert addresses.count(person) == 1
        assert {address.messenger for address in addresses} == {messenger.instance}

    def test_remove_member(self, messenger: Messenger, person: Address) -> None:
        """M-36 A removed member is no longer listed."""
        require_ability(messenger, "create_group")
        require_ability(messenger, "remove_member")
        require_ability(messenger, "list_members")
        group = messenger.create_group(TITLE, [person]).address
        messenger.remove_member(group, person)
        assert person not in [member.address for member in messenger.list_members(group)]

    def test_lock_posting(self, messenger: Messenger, group: Address | None) -> None:
        """M-37 Posting can be locked and unlocked, also twice in a row, and the official side can still post."""
        target = require_group(messenger, "lock_posting", group)
        for locked in (True, True, False, False, True):
            messenger.lock_posting(target, locked)
        send(messenger, build_message(target))

    def test_delete_message(self, messenger: Messenger, group: Address | None) -> None:
        """M-38 A post can be deleted by the id in its receipt."""
        target = require_group(messenger, "delete_message", group)
        receipt = send(messenger, build_message(target))
        if receipt is not None:
            messenger.delete_message(target, receipt.platform_id)

    def test_group_errors_are_discreet(self, messenger: Messenger, person: Address) -> None:
        """M-40 A group isn't created with an address of another messenger, and the error contains no person's id."""
        require_ability(messenger, "create_group")
        foreign = Address(f"not-{messenger.instance}", Place.PERSON, person.id)
        error = catch_refusal(lambda: messenger.create_group(TITLE, [foreign]))
        assert error is not None
        assert_discreet(error, foreign)
        nobody = Address(messenger.instance, Place.PERSON, NOBODY)
        if (error := catch_refusal(lambda: messenger.create_group(TITLE, [person, nobody]))) is not None:
            assert_discreet(error, person)

    def test_close(self, messenger: Messenger) -> None:
        """M-39 A messenger can be closed twice."""
        messenger.close()
        messenger.close()
