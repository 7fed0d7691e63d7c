"""A read session decides which records an actor may see, and explains a refusal."""

from collections.abc import Sequence
from datetime import date

import pytest
from attrs import evolve, frozen
from tests.usecase.conftest import NOTE, Note, Notes, install_purged_scopes

from anninh_core.kernel.errors import DecryptionError, NotFound, NotVisible, Refused
from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.permissions.permits import PermissionVerdict, Refusals
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

LAN = person("lan")
EXCLUDING: Kind[Note] = evolve(NOTE, excluded=lambda note: ("lan",) if note.colour == "grey" else ())


@frozen
class PermitsForUnits:
    """Grants every permission on the units in `allowed`, and on all units if that is None."""

    allowed: tuple[str, ...] | None

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        return PermissionVerdict(
            self.allowed is None or unit in self.allowed, Sentence(f"{actor.label} may not on {unit}")
        )

    def is_officer(self, id: str) -> bool:
        return True

    def name_officer(self, id: str) -> str:
        return id

    def for_act(self) -> "PermitsForUnits":
        return self

    def list_marks(self, id: str) -> tuple[str, ...]:
        return (id,)

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        return self.allowed


def open_session(runner: UseCaseRunner, *units: str, everywhere: bool = False, actor: Actor = LAN) -> ReadSession:
    """Begin a session of an actor who may read on some units."""
    session = ReadSession(runner.context, PermitsForUnits(None if everywhere else units), actor, "notes.look")
    session.requiring(Permission.CONTENT_READ).__enter__()
    return session


@pytest.fixture
def stored_notes(notes: Notes) -> list[Note]:
    """Five notes in two communes, one of them in an area."""
    units = ("ninh-hoa", "ninh-hoa/kdc-1", "ninh-an", "ninh-hoa", "ninh-an")
    return [notes.write(LAN, unit, f"số {number}") for number, unit in enumerate(units)]


def list_texts(listing: Listing[Note] | Sequence[Note]) -> list[str]:
    return [note.text for note in (listing.items if isinstance(listing, Listing) else listing)]


def test_a_unit_is_permitted_or_refused(runner: UseCaseRunner) -> None:
    """A unit is permitted, or refused with the reason, and the act is about the requested unit in both cases."""
    for unit, allowed in (("ninh-hoa", True), ("ninh-an", False)):
        session = open_session(runner, "ninh-hoa")
        assert session.unit == runner.context.district.root
        if allowed:
            session.permit(unit)
        else:
            with pytest.raises(Refused, match=f"person:lan may not on {unit}"):
                session.permit(unit)
        assert session.unit == unit
        assert session.required[-1].checked


@pytest.mark.parametrize(
    ("allowed", "asked", "refused"),
    [
        (("ninh-hoa",), ("ninh-hoa", "ninh-an"), False),
        (("ninh-an",), ("ninh-hoa", "ninh-an"), False),
        (("ninh-van",), ("ninh-hoa", "ninh-an"), True),
        (None, ("ninh-hoa", "ninh-an"), False),
    ],
)
def test_one_of_several_units_is_enough(
    runner: UseCaseRunner, allowed: tuple[str, ...] | None, asked: tuple[str, ...], refused: bool
) -> None:
    """Permission on one of several units is enough; the act, and a refusal too, is about the first unit."""
    session = open_session(runner, *(allowed or ()), everywhere=allowed is None)
    if refused:
        with pytest.raises(Refused, match=f"may not on {asked[0]}"):
            session.permit_any(*asked)
    else:
        session.permit_any(*asked)
    assert session.unit == asked[0]


def test_actor_without_units_is_refused(runner: UseCaseRunner) -> None:
    """An actor with permission on no unit is refused for the district's root, and permission on all units gives
    None.
    """
    with pytest.raises(Refused, match="may not on hoa-lu"):
        open_session(runner).permitted_units()
    assert open_session(runner, "ninh-hoa").permitted_units() == ("ninh-hoa",)
    assert open_session(runner, everywhere=True).permitted_units() is None


def test_visible_units_of_a_list(runner: UseCaseRunner) -> None:
    """A list shows the permitted units at or below the named unit; without a restriction it shows all units."""
    subtree = frozenset(runner.context.district.subtree("ninh-hoa"))
    assert open_session(runner, everywhere=True).visible_units() is None
    assert open_session(runner, everywhere=True).visible_units("ninh-hoa") == subtree
    assert open_session(runner, "ninh-an", "ninh-hoa").visible_units() == frozenset({"ninh-an", "ninh-hoa"})
    assert open_session(runner, "ninh-an", "ninh-hoa").visible_units("ninh-hoa") == frozenset({"ninh-hoa"})
    assert open_session(runner, "ninh-an").visible_units("ninh-hoa") == frozenset()


def test_index_units_are_communes(runner: UseCaseRunner) -> None:
    """The search index is searched by communes, which include their areas, and without units for an actor who sees all
    units.
    """
    session = open_session(runner, everywhere=True)
    district = runner.context.district
    assert session.get_index_units(None) is None
    assert session.get_index_units(frozenset(district.units)) is None
    assert session.get_index_units(frozenset({"ninh-hoa/kdc-1", "ninh-an", "ninh-hoa"})) == ["ninh-an", "ninh-hoa"]
    assert session.get_index_units(frozenset({*district.units} - {"ninh-hoa/kdc-1"})) is not None
    assert session.get_index_units(frozenset()) == []


@pytest.mark.parametrize(
    ("allowed", "unit", "numbers"),
    [
        (None, "", [0, 1, 2, 3, 4]),
        (None, "ninh-hoa", [0, 1, 3]),
        (None, "ninh-hoa/kdc-1", [1]),
        (("ninh-hoa", "ninh-hoa/kdc-1"), "", [0, 1, 3]),
        (("ninh-hoa",), "", [0, 3]),
        (("ninh-hoa/kdc-1",), "", [1]),
        (("ninh-an",), "ninh-hoa", []),
        (("ninh-an", "ninh-hoa/kdc-1"), "", [1, 2, 4]),
    ],
)
def test_list_shows_permitted_units(
    runner: UseCaseRunner, stored_notes: list[Note], allowed: tuple[str, ...] | None, unit: str, numbers: list[int]
) -> None:
    """A list shows exactly the records of permitted units at or below the named one, paged or not, areas included."""
    expected = [f"số {number}" for number in numbers]

    def open_new_session() -> ReadSession:
        return open_session(runner, *(allowed or ()), everywhere=allowed is None)

    assert list_texts([*open_new_session().iter_permitted(NOTE, "id", unit)]) == expected
    assert list_texts(open_new_session().list_permitted(NOTE, "id", unit)) == expected
    filtered = open_new_session().list_permitted(NOTE, "id", unit, shows=lambda note: note.text[-1] in "13")
    assert list_texts(filtered) == [text for text in expected if text[-1] in "13"]
    paged = list[str]()
    after = ""
    while True:
        page = open_new_session().list_permitted(NOTE, "id", unit, after=after, limit=2)
        paged += list_texts(page)
        after = page.cursor
        if not after:
            break
    assert paged == expected
    assert len(stored_notes) == 5


def test_list_is_filtered_by_columns(runner: UseCaseRunner, notes: Notes, stored_notes: list[Note]) -> None:
    """A list can be filtered by columns, and its pages have fifty records by default."""
    notes.paint(LAN, stored_notes[3].id, "blue")
    assert list_texts(open_session(runner, everywhere=True).list_permitted(NOTE, "id", where={"colour": "blue"})) == [
        "số 3"
    ]
    assert list_texts(
        [*open_session(runner, everywhere=True).iter_permitted(NOTE, "id", where={"colour": "blue"})]
    ) == ["số 3"]
    for number in range(5, 51):
        notes.write(LAN, "ninh-an", f"số {number}")
    session = open_session(runner, everywhere=True)
    for page in (session.list_permitted(NOTE, "id"), session.find(NOTE, "id")):
        assert (len(page.items), bool(page.cursor)) == (50, True)
        assert len(session.find(NOTE, "id", after=page.cursor).items) == 1
    assert session.find(NOTE, "id", limit=51).cursor == ""
    assert len([*session.iter_all(NOTE, "id")]) == 51


def test_hidden_record_looks_missing(runner: UseCaseRunner, stored_notes: list[Note]) -> None:
    """A missing record and one of another unit have the same error, and only the journal has the true reason."""
    session = open_session(runner, "ninh-hoa")
    assert session.get_permitted(NOTE, stored_notes[0].id) == stored_notes[0]
    assert session.unit == "ninh-hoa"
    message = "There is no note '{}' for which you have the permission content.read: `ask Lan` lists those you may see."
    for id, truth in ((stored_notes[2].id, "it belongs to ninh-an"), ("nowhere", "there is none")):
        session = open_session(runner, "ninh-hoa")
        with pytest.raises(NotVisible) as error:
            session.get_permitted(NOTE, id, "ask Lan")
        assert str(error.value) == message.format(id)
        assert session.explain_refusal(error.value) == {"why": truth, "about": f"note:{id}"}
    assert session.unit == runner.context.district.root
    with pytest.raises(NotFound, match=r"^There is no note 'nowhere': `ask Lan` lists those there are\.$") as missing:
        open_session(runner, everywhere=True).get_permitted(NOTE, "nowhere", "ask Lan")
    assert not isinstance(missing.value, NotVisible)
    with pytest.raises(Refused, match="may not on hoa-lu") as refused:
        open_session(runner).get_permitted(NOTE, stored_notes[0].id)
    assert not isinstance(refused.value, NotVisible)


def test_a_conflict_of_interest_hides_a_record(runner: UseCaseRunner, notes: Notes, stored_notes: list[Note]) -> None:
    """A conflict of interest makes a record look missing and is recorded in the journal; a purged record excludes no
    one.
    """
    grey = notes.paint(LAN, stored_notes[0].id, "grey")
    session = open_session(runner, "ninh-hoa")
    assert session.is_excluded(EXCLUDING, grey.id)
    assert not session.is_excluded(EXCLUDING, stored_notes[3].id)
    assert not session.is_excluded(EXCLUDING, "nowhere")
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which you have the permission") as error:
        session.get_permitted(EXCLUDING, grey.id)
    assert session.explain_refusal(error.value)["why"] == "person:lan is excluded from it by a conflict of interest"
    assert open_session(runner, "ninh-hoa", actor=person("mai")).get_permitted(EXCLUDING, grey.id) == grey
    purged = install_purged_scopes(runner)
    runner.context.storage.keyring.destroy(f"note:{grey.id}")
    # The record's key was lost, so that its excluded officers are unknown and everyone counts as excluded.
    assert open_session(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)
    purged.add(f"note:{grey.id}")
    assert not open_session(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)
    assert open_session(runner, "ninh-hoa").get_readable(NOTE, grey.id) is None
    with pytest.raises(DecryptionError):
        open_session(runner, "ninh-hoa").get_permitted(EXCLUDING, grey.id)
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which") as hidden:
        open_session(runner, "ninh-an").get_permitted(EXCLUDING, grey.id)
    assert hidden.value.__cause__ is None


def test_session_records_its_reads(runner: UseCaseRunner, stored_notes: list[Note]) -> None:
    """A session records the ids and versions of the records that it read by id, and its facts sorted by name."""
    session = open_session(runner, everywhere=True)
    session.load(NOTE, stored_notes[1].id)
    read = session.look("read", None, b=2, a=1)
    assert (read.actor, read.action, read.outcome) == ("person:lan", "notes.look", "read")
    assert (read.named, read.facts) == ((f"note:{stored_notes[1].id}@1",), (("a", 1), ("b", 2)))
    assert session.opened.ids == [stored_notes[1].id]


def test_refusal_is_explained_by_its_true_reason() -> None:
    """The explanation of a withheld refusal is its true reason, that of any other refusal its message; names are cut at
    200 characters.
    """
    refusals = Refusals()
    plain = Refused("because")
    assert refusals.list_facts(plain) == {"why": "because"}
    refusals.asked_for = f"tip:{'x' * 300}"
    assert refusals.list_facts(plain) == {"why": "because", "about": f"tip:{'x' * 196}"}
    first, second = (
        refusals.withhold_reason(NotVisible("same words"), f"truth {n}", f"tip:{'y' * 300}{n}") for n in (1, 2)
    )
    assert (str(first), str(second)) == ("same words", "same words")
    for refusal, truth in ((first, "truth 1"), (second, "truth 2")):
        assert refusals.list_facts(refusal) == {"why": truth, "about": f"tip:{'y' * 196}"}


def test_permitted_units_are_cached_per_act(runner: UseCaseRunner) -> None:
    """Permitted units are determined once per act, permission and acting actor."""
    calls: list[tuple[str, Permission]] = []

    class RecordedPermits(PermitsForUnits):
        def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
            calls.append((actor.label, permission))
            return self.allowed

    uow = UnitOfWork(runner.context, RecordedPermits(("ninh-hoa",)), LAN, "notes.look")
    for permission in (Permission.CONTENT_READ, Permission.CONTENT_EDIT, Permission.CONTENT_READ):
        with uow.requiring(permission):
            assert uow.permitted_units() == uow.permitted_units() == ("ninh-hoa",)
    with uow.acting_as(system("router")), uow.requiring(Permission.CONTENT_READ):
        uow.permitted_units()
    assert calls == [
        ("person:lan", Permission.CONTENT_READ),
        ("person:lan", Permission.CONTENT_EDIT),
        ("system:router", Permission.CONTENT_READ),
    ]
    assert uow.actor == LAN
