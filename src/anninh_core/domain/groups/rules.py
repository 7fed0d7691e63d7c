"""Pure rules for the public directory of groups, the search for a resident's group, issues of groups, and the charter's
text.
"""

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
    """A group with its issues.

    Attributes:
        reasons: `no_owner`, `vacant_board`, `left_office`, `no_link`, `stale`, `unmeasured`, `old_charter`.
    """

    group: Group
    reasons: tuple[str, ...]

    def to_view(self) -> GroupIssuesView:
        """Return the read-only view of the group's issues."""
        return GroupIssuesView(group=self.group.to_row(), reasons=self.reasons)


def build_directory_entry(district: District, group: Group) -> DirectoryEntry:
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


def find_matching_entries(entries: Iterable[DirectoryEntry], text: str) -> tuple[DirectoryEntry, ...]:
    """Return the entries that match `text` by place or title, with or without diacritics, the closest match first.

    A match has either all words of `text` in its places, or `text` as a phrase in its title. The root's name, which
    every place shares, is left out: in the district of Hoa Lư, "Ninh Hoa" must not match Ninh Hải.
    """
    phrase = words(text)
    matches = [entry for entry in entries if phrase and _is_match(entry, phrase)]
    return tuple(sorted(matches, key=lambda entry: len(_get_place_words(entry) - set(phrase))))


def _is_match(entry: DirectoryEntry, phrase: list[str]) -> bool:
    return set(phrase) <= _get_place_words(entry) or contains_phrase(" ".join(words(entry.title)), " ".join(phrase))


def _get_place_words(entry: DirectoryEntry) -> set[str]:
    return {word for place in entry.places[:-1] or entry.places for word in words(place)}


def find_issues(
    group: Group, on: date, *, charter: str, stale_days: int, in_office: Container[str] | None = None
) -> tuple[str, ...]:
    """Return the issues of an active group on a day, as reason codes.

    Args:
        charter: version in force.
        stale_days: days without an official post or a measurement after which the group has an issue.
        in_office: officers who still hold a role; None skips that check.
    """
    return tuple(_iter_issues(group, on, charter, timedelta(days=stale_days), in_office))


def _iter_issues(
    group: Group, on: date, charter: str, max_age: timedelta, in_office: Container[str] | None
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
    if last_active is not None and on - last_active > max_age:
        yield "stale"
    last_measured = group.measures[-1].day if group.measures else group.launched_on
    if last_measured is not None and on - last_measured > max_age:
        yield "unmeasured"
    if group.charter != charter:
        yield "old_charter"


def require_code(district: District, family: str, code: str) -> str:
    """Return `code` if the profile has a name for it.

    Args:
        family: `group_kind`, `board` or `key_person`: prefix of the codes' names in the profile's wording.

    Raises:
        BadInput: the profile has no such code.
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
    """Return key people with their names in NFC; raise as `require_code` does for an unknown kind."""
    return tuple(KeyPerson(require_code(district, "key_person", person.kind), nfc(person.name)) for person in people)


def render_charter(district: District) -> str:
    """Return the charter's text for a group."""
    charter = district.charter
    rules = "\n".join(f"{number}. {rule.text}" for number, rule in enumerate(charter.rules, 1))
    return district.say("group.charter", rules=rules)


def render_reminder(district: District) -> str:
    """Return the reminder's text for a group: the forbidden content, and confidential reporting (P-II.1.b)."""
    return f"{district.charter.reminder.strip()}\n\n{district.say('group.reminder')}"
