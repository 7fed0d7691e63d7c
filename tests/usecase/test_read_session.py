"""What a session permits and shows, and how it explains a refusal."""

from collections.abc import Sequence
from datetime import date

import pytest
from attrs import evolve, frozen
from tests.usecase.conftest import NOTE, Note, Notes, note_purges

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
class Only:
    """Grants permissions on the units in `allowed`; None means all."""

    allowed: tuple[str, ...] | None

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        return PermissionVerdict(
            self.allowed is None or unit in self.allowed, Sentence(f"{actor.label} may not on {unit}")
        )

    def is_officer(self, id: str) -> bool:
        return True

    def name_officer(self, id: str) -> str:
        return id

    def for_act(self) -> "Only":
        return self

    def list_marks(self, id: str) -> tuple[str, ...]:
        return (id,)

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        return self.allowed


def opened(runner: UseCaseRunner, *units: str, everywhere: bool = False, actor: Actor = LAN) -> ReadSession:
    """Begin a session of an actor who may read on some units."""
    session = ReadSession(runner.context, Only(None if everywhere else units), actor, "notes.look")
    session.requiring(Permission.CONTENT_READ).__enter__()
    return session


@pytest.fixture
def written(notes: Notes) -> list[Note]:
    """Write five notes in two communes, one of them with an area."""
    units = ("ninh-hoa", "ninh-hoa/kdc-1", "ninh-an", "ninh-hoa", "ninh-an")
    return [notes.write(LAN, unit, f"số {number}") for number, unit in enumerate(units)]


def texts(listing: Listing[Note] | Sequence[Note]) -> list[str]:
    return [note.text for note in (listing.items if isinstance(listing, Listing) else listing)]


def test_a_unit_is_permitted_or_refused(runner: UseCaseRunner) -> None:
    """A unit is permitted, or refused with the reason, and the act is about the requested unit in both cases."""
    for unit, allowed in (("ninh-hoa", True), ("ninh-an", False)):
        session = opened(runner, "ninh-hoa")
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
    """Permission on one of several units is enough, and the act and a refusal are about the first one."""
    session = opened(runner, *(allowed or ()), everywhere=allowed is None)
    if refused:
        with pytest.raises(Refused, match=f"may not on {asked[0]}"):
            session.permit_any(*asked)
    else:
        session.permit_any(*asked)
    assert session.unit == asked[0]


def test_actor_without_units_is_refused(runner: UseCaseRunner) -> None:
    """An actor with permission nowhere is refused for the district's root, and permission everywhere gives None."""
    with pytest.raises(Refused, match="may not on hoa-lu"):
        opened(runner).permitted_units()
    assert opened(runner, "ninh-hoa").permitted_units() == ("ninh-hoa",)
    assert opened(runner, everywhere=True).permitted_units() is None


def test_visible_units_of_a_list(runner: UseCaseRunner) -> None:
    """A list shows the permitted units at or below the named unit, and all units if neither restricts it."""
    subtree = frozenset(runner.context.district.subtree("ninh-hoa"))
    assert opened(runner, everywhere=True).visible_units() is None
    assert opened(runner, everywhere=True).visible_units("ninh-hoa") == subtree
    assert opened(runner, "ninh-an", "ninh-hoa").visible_units() == frozenset({"ninh-an", "ninh-hoa"})
    assert opened(runner, "ninh-an", "ninh-hoa").visible_units("ninh-hoa") == frozenset({"ninh-hoa"})
    assert opened(runner, "ninh-an").visible_units("ninh-hoa") == frozenset()


def test_index_units_are_communes(runner: UseCaseRunner) -> None:
    """The index is searched by communes, which include their areas, and without units for an actor who sees all."""
    session = opened(runner, everywhere=True)
    district = runner.context.district
    assert session.index_units(None) is None
    assert session.index_units(frozenset(district.units)) is None
    assert session.index_units(frozenset({"ninh-hoa/kdc-1", "ninh-an", "ninh-hoa"})) == ["ninh-an", "ninh-hoa"]
    assert session.index_units(frozenset({*district.units} - {"ninh-hoa/kdc-1"})) is not None
    assert session.index_units(frozenset()) == []


@pytest.mark.parametrize(
    ("allowed", "unit", "shown"),
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
    runner: UseCaseRunner, written: list[Note], allowed: tuple[str, ...] | None, unit: str, shown: list[int]
) -> None:
    """A list shows exactly the records of permitted units at or below the named one, paged or not, areas included."""
    expected = [f"số {number}" for number in shown]

    def begin() -> ReadSession:
        return opened(runner, *(allowed or ()), everywhere=allowed is None)

    assert texts([*begin().iter_permitted(NOTE, "id", unit)]) == expected
    assert texts(begin().list_permitted(NOTE, "id", unit)) == expected
    filtered = begin().list_permitted(NOTE, "id", unit, shows=lambda note: note.text[-1] in "13")
    assert texts(filtered) == [text for text in expected if text[-1] in "13"]
    paged = list[str]()
    after = ""
    while True:
        page = begin().list_permitted(NOTE, "id", unit, after=after, limit=2)
        paged += texts(page)
        after = page.cursor
        if not after:
            break
    assert paged == expected
    assert len(written) == 5


def test_list_is_filtered_by_columns(runner: UseCaseRunner, notes: Notes, written: list[Note]) -> None:
    """A list can be filtered by columns, and its pages have fifty records by default."""
    notes.paint(LAN, written[3].id, "blue")
    assert texts(opened(runner, everywhere=True).list_permitted(NOTE, "id", where={"colour": "blue"})) == ["số 3"]
    assert texts([*opened(runner, everywhere=True).iter_permitted(NOTE, "id", where={"colour": "blue"})]) == ["số 3"]
    for number in range(5, 51):
        notes.write(LAN, "ninh-an", f"số {number}")
    session = opened(runner, everywhere=True)
    for page in (session.list_permitted(NOTE, "id"), session.find(NOTE, "id")):
        assert (len(page.items), bool(page.cursor)) == (50, True)
        assert len(session.find(NOTE, "id", after=page.cursor).items) == 1
    assert session.find(NOTE, "id", limit=51).cursor == ""
    assert len([*session.iter_all(NOTE, "id")]) == 51


def test_hidden_record_looks_missing(runner: UseCaseRunner, written: list[Note]) -> None:
    """A missing record and one of another unit have the same error, and only the journal has the true reason."""
    session = opened(runner, "ninh-hoa")
    assert session.get_permitted(NOTE, written[0].id) == written[0]
    assert session.unit == "ninh-hoa"
    message = "There is no note '{}' for which you have the permission content.read: `ask Lan` lists those you may see."
    for id, truth in ((written[2].id, "it belongs to ninh-an"), ("nowhere", "there is none")):
        session = opened(runner, "ninh-hoa")
        with pytest.raises(NotVisible) as error:
            session.get_permitted(NOTE, id, "ask Lan")
        assert str(error.value) == message.format(id)
        assert session.explain(error.value) == {"why": truth, "about": f"note:{id}"}
    assert session.unit == runner.context.district.root
    with pytest.raises(NotFound, match=r"^There is no note 'nowhere': `ask Lan` lists those there are\.$") as missing:
        opened(runner, everywhere=True).get_permitted(NOTE, "nowhere", "ask Lan")
    assert not isinstance(missing.value, NotVisible)
    with pytest.raises(Refused, match="may not on hoa-lu") as refused:
        opened(runner).get_permitted(NOTE, written[0].id)
    assert not isinstance(refused.value, NotVisible)


def test_a_conflict_of_interest_hides_a_record(runner: UseCaseRunner, notes: Notes, written: list[Note]) -> None:
    """A conflict of interest makes a record look missing and is recorded in the journal; a purged record excludes no
    one.
    """
    grey = notes.paint(LAN, written[0].id, "grey")
    session = opened(runner, "ninh-hoa")
    assert session.is_excluded(EXCLUDING, grey.id)
    assert not session.is_excluded(EXCLUDING, written[3].id)
    assert not session.is_excluded(EXCLUDING, "nowhere")
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which you have the permission") as error:
        session.get_permitted(EXCLUDING, grey.id)
    assert session.explain(error.value)["why"] == "person:lan is excluded from it by a conflict of interest"
    assert opened(runner, "ninh-hoa", actor=person("mai")).get_permitted(EXCLUDING, grey.id) == grey
    purged = note_purges(runner)
    runner.context.storage.keyring.destroy(f"note:{grey.id}")
    # its key was lost, so that the excluded officers are unknown
    assert opened(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)
    purged.add(f"note:{grey.id}")
    assert not opened(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)
    assert opened(runner, "ninh-hoa").get_readable(NOTE, grey.id) is None
    with pytest.raises(DecryptionError):
        opened(runner, "ninh-hoa").get_permitted(EXCLUDING, grey.id)
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which") as hidden:
        opened(runner, "ninh-an").get_permitted(EXCLUDING, grey.id)
    assert hidden.value.__cause__ is None


def test_session_records_its_reads(runner: UseCaseRunner, written: list[Note]) -> None:
    """A session records the reads by id with their versions, and facts sorted by name."""
    session = opened(runner, everywhere=True)
    session.load(NOTE, written[1].id)
    read = session.look("read", None, b=2, a=1)
    assert (read.actor, read.action, read.outcome) == ("person:lan", "notes.look", "read")
    assert (read.named, read.facts) == ((f"note:{written[1].id}@1",), (("a", 1), ("b", 2)))
    assert session.opened.ids == [written[1].id]


def test_refusal_is_explained_by_its_true_reason() -> None:
    """A withheld refusal is explained by its true reason, any other by its message, and names are cut at 200
    characters.
    """
    refusals = Refusals()
    plain = Refused("because")
    assert refusals.explain(plain) == {"why": "because"}
    refusals.asked_for = f"tip:{'x' * 300}"
    assert refusals.explain(plain) == {"why": "because", "about": f"tip:{'x' * 196}"}
    first, second = (refusals.withhold(NotVisible("same words"), f"truth {n}", f"tip:{'y' * 300}{n}") for n in (1, 2))
    assert (str(first), str(second)) == ("same words", "same words")
    for refusal, truth in ((first, "truth 1"), (second, "truth 2")):
        assert refusals.explain(refusal) == {"why": truth, "about": f"tip:{'y' * 196}"}


def test_permitted_units_are_cached_per_act(runner: UseCaseRunner) -> None:
    """Permitted units are determined once per act, permission and acting actor."""
    calls: list[tuple[str, Permission]] = []

    class Noted(Only):
        def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
            calls.append((actor.label, permission))
            return self.allowed

    uow = UnitOfWork(runner.context, Noted(("ninh-hoa",)), LAN, "notes.look")
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
