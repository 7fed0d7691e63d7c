"""Pure rules of groups: the directory, how residents find their group, what needs care."""

from collections.abc import Container, Iterable, Iterator
from datetime import date, timedelta

from attrs import frozen

from anninh_core.domain.groups.model import Group, KeyPerson
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.groups.views import BoardMember, DirectoryEntry, GroupIssuesView
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import contains_phrase, nfc, words
from anninh_core.vocabulary.district import District


@frozen
class GroupIssues:
    """A group that needs care.

    Attributes:
        reasons: `no_owner`, `vacant_board`, `left_office`, `no_link`, `stale`, `unmeasured`, `old_charter`.
    """

    group: Group
    reasons: tuple[str, ...]

    def to_view(self) -> GroupIssuesView:
        """Return what may leave."""
        return GroupIssuesView(group=self.group.to_row(), reasons=self.reasons)


def directory_entry(district: District, group: Group) -> DirectoryEntry:
    """Return a group's entry in the public directory."""
    return DirectoryEntry(
        group=group.id,
        unit=group.unit,
        title=group.title,
        kind=group.kind,
        places=tuple(district.unit(id).name for id in district.ancestors(group.unit)),
        link=group.link,
        hours=group.hours,
        board=tuple(BoardMember(post=district.say(f"board.{seat.post}"), name=seat.name) for seat in group.seats),
    )


def find_entries(entries: Iterable[DirectoryEntry], text: str) -> tuple[DirectoryEntry, ...]:
    """Return entries that a place or title leads to, with or without diacritics, the nearest first.

    Either the places have all words of `text`, or the title has them as they stand. The root's name, which every place
    shares, is left out: in the district of Hoa Lư, "Ninh Hoa" must not lead to Ninh Hải.
    """
    phrase = words(text)
    matches = [entry for entry in entries if phrase and _matches(entry, phrase)]
    return tuple(sorted(matches, key=lambda entry: len(_place_words(entry) - set(phrase))))


def _matches(entry: DirectoryEntry, wanted: list[str]) -> bool:
    return set(wanted) <= _place_words(entry) or contains_phrase(" ".join(words(entry.title)), " ".join(wanted))


def _place_words(entry: DirectoryEntry) -> set[str]:
    return {word for place in entry.places[:-1] or entry.places for word in words(place)}


def find_issues(
    group: Group, on: date, *, charter: str, stale_days: int, in_office: Container[str] | None = None
) -> tuple[str, ...]:
    """Return what an active group lacks on a day, as reason codes.

    Args:
        charter: version in force.
        stale_days: days without an official post after which a group counts as stale.
        in_office: officers who still hold a role; None where that isn't looked at.
    """
    return tuple(_iter_issues(group, on, charter, timedelta(days=stale_days), in_office))


def _iter_issues(
    group: Group, on: date, charter: str, patience: timedelta, in_office: Container[str] | None
) -> Iterator[str]:
    if group.state is not GroupState.ACTIVE:
        return
    if not group.has_owner_on(on):
        yield "no_owner"
    elif not group.is_staffed_on(on):
        yield "vacant_board"
    if in_office is not None and any(seat.officer not in in_office for seat in group.seats):
        yield "left_office"
    if not group.link:
        yield "no_link"
    last_active = group.posted_on or group.launched_on
    if last_active is not None and on - last_active > patience:
        yield "stale"
    measured = group.measures[-1].day if group.measures else group.launched_on
    if measured is not None and on - measured > patience:
        yield "unmeasured"
    if group.charter != charter:
        yield "old_charter"


def require_code(district: District, family: str, code: str) -> str:
    """Return a code that the profile has a name for.

    Args:
        family: `group_kind`, `board` or `key_person`: where the profile's wording names the codes.

    Raises:
        BadInput: the profile doesn't know it.
    """
    if f"{family}.{code}" not in district.wording:
        available = ", ".join(sorted(key.partition(".")[2] for key in district.wording if key.startswith(f"{family}.")))
        raise BadInput(
            "Profile {profile!r} has no {family:record} {code!r}: choose one of {allowed}.",
            profile=district.id,
            family=family.replace("_", " "),
            code=code,
            allowed=available,
        )
    return code


def require_people(district: District, people: Iterable[KeyPerson]) -> tuple[KeyPerson, ...]:
    """Return key people whose kinds the profile knows, their names in NFC; raises as `require_code` does."""
    return tuple(KeyPerson(require_code(district, "key_person", person.kind), nfc(person.name)) for person in people)


def charter_text(district: District) -> str:
    """Return the charter as it is sent to a group."""
    charter = district.charter
    rules = "\n".join(f"{number}. {rule.text}" for number, rule in enumerate(charter.rules, 1))
    return district.say("group.charter", rules=rules)


def reminder_text(district: District) -> str:
    """Return what a group is reminded of: what must not be done, and how to report in confidence (P-II.1.b)."""
    return f"{district.charter.reminder.strip()}\n\n{district.say('group.reminder')}"
