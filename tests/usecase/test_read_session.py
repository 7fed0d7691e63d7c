"""What a session permits, shows, and says of what it doesn't show."""

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
    """Permits on some units, None for all."""

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
    """Begin a session of somebody who may look at some units."""
    session = ReadSession(runner.context, Only(None if everywhere else units), actor, "notes.look")
    session.requiring(Permission.CONTENT_READ).__enter__()
    return session


@pytest.fixture
def written(notes: Notes) -> list[Note]:
    """Five notes: in two communes, of which one has an area."""
    units = ("ninh-hoa", "ninh-hoa/kdc-1", "ninh-an", "ninh-hoa", "ninh-an")
    return [notes.write(LAN, unit, f"số {number}") for number, unit in enumerate(units)]


def texts(found: Listing[Note] | Sequence[Note]) -> list[str]:
    return [note.text for note in (found.items if isinstance(found, Listing) else found)]


def test_a_unit_is_permitted_or_refused(runner: UseCaseRunner) -> None:
    """With the reason; the act is about the unit that was asked for, whichever it was."""
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
    """The act is about the first of them, and so is a refusal."""
    session = opened(runner, *(allowed or ()), everywhere=allowed is None)
    if refused:
        with pytest.raises(Refused, match=f"may not on {asked[0]}"):
            session.permit_any(*asked)
    else:
        session.permit_any(*asked)
    assert session.unit == asked[0]


def test_who_may_nowhere_is_refused(runner: UseCaseRunner) -> None:
    """With the reason for the whole; everywhere is None."""
    with pytest.raises(Refused, match="may not on hoa-lu"):
        opened(runner).permitted_units()
    assert opened(runner, "ninh-hoa").permitted_units() == ("ninh-hoa",)
    assert opened(runner, everywhere=True).permitted_units() is None


def test_what_units_a_list_shows(runner: UseCaseRunner) -> None:
    """Those permitted, below the one that is named; all where neither limits it."""
    subtree = frozenset(runner.context.district.subtree("ninh-hoa"))
    assert opened(runner, everywhere=True).visible_units() is None
    assert opened(runner, everywhere=True).visible_units("ninh-hoa") == subtree
    assert opened(runner, "ninh-an", "ninh-hoa").visible_units() == frozenset({"ninh-an", "ninh-hoa"})
    assert opened(runner, "ninh-an", "ninh-hoa").visible_units("ninh-hoa") == frozenset({"ninh-hoa"})
    assert opened(runner, "ninh-an").visible_units("ninh-hoa") == frozenset()


def test_under_which_units_a_list_looks(runner: UseCaseRunner) -> None:
    """Areas stand under their commune; who sees all units looks everywhere."""
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
def test_a_list_shows_what_is_permitted_and_below(
    runner: UseCaseRunner, written: list[Note], allowed: tuple[str, ...] | None, unit: str, shown: list[int]
) -> None:
    """Page by page and all at once; areas are told apart although they stand under their commune."""
    expected = [f"số {number}" for number in shown]

    def begin() -> ReadSession:
        return opened(runner, *(allowed or ()), everywhere=allowed is None)

    assert texts([*begin().iter_permitted(NOTE, "id", unit)]) == expected
    assert texts(begin().list_permitted(NOTE, "id", unit)) == expected
    odd = begin().list_permitted(NOTE, "id", unit, shows=lambda note: note.text[-1] in "13")
    assert texts(odd) == [text for text in expected if text[-1] in "13"]
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


def test_a_list_is_asked_by_its_columns(runner: UseCaseRunner, notes: Notes, written: list[Note]) -> None:
    """In pages of fifty, unless another number is asked for."""
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


def test_one_record_is_read_where_it_is_permitted(runner: UseCaseRunner, written: list[Note]) -> None:
    """What isn't there and what isn't the actor's are told in the same words; the journal knows better."""
    session = opened(runner, "ninh-hoa")
    assert session.get_permitted(NOTE, written[0].id) == written[0]
    assert session.unit == "ninh-hoa"
    words = "There is no note '{}' for which you have the permission content.read: `ask Lan` lists those you may see."
    for id, truth in ((written[2].id, "it belongs to ninh-an"), ("nowhere", "there is none")):
        session = opened(runner, "ninh-hoa")
        with pytest.raises(NotVisible) as told:
            session.get_permitted(NOTE, id, "ask Lan")
        assert str(told.value) == words.format(id)
        assert session.explain(told.value) == {"why": truth, "about": f"note:{id}"}
    assert session.unit == runner.context.district.root
    with pytest.raises(NotFound, match=r"^There is no note 'nowhere': `ask Lan` lists those there are\.$") as found:
        opened(runner, everywhere=True).get_permitted(NOTE, "nowhere", "ask Lan")
    assert not isinstance(found.value, NotVisible)
    with pytest.raises(Refused, match="may not on hoa-lu") as refused:
        opened(runner).get_permitted(NOTE, written[0].id)
    assert not isinstance(refused.value, NotVisible)


def test_a_conflict_of_interest_hides_a_record(runner: UseCaseRunner, notes: Notes, written: list[Note]) -> None:
    """It is told as missing, and the journal says why; nobody is kept away from what was purged."""
    grey = notes.paint(LAN, written[0].id, "grey")
    session = opened(runner, "ninh-hoa")
    assert session.is_excluded(EXCLUDING, grey.id)
    assert not session.is_excluded(EXCLUDING, written[3].id)
    assert not session.is_excluded(EXCLUDING, "nowhere")
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which you have the permission") as told:
        session.get_permitted(EXCLUDING, grey.id)
    assert session.explain(told.value)["why"] == "person:lan is excluded from it by a conflict of interest"
    assert opened(runner, "ninh-hoa", actor=person("mai")).get_permitted(EXCLUDING, grey.id) == grey
    purged = note_purges(runner)
    runner.context.storage.keyring.destroy(f"note:{grey.id}")
    assert opened(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)  # its key was lost: whom it excludes, is unknown
    purged.add(f"note:{grey.id}")
    assert not opened(runner, "ninh-hoa").is_excluded(EXCLUDING, grey.id)
    assert opened(runner, "ninh-hoa").get_readable(NOTE, grey.id) is None
    with pytest.raises(DecryptionError):
        opened(runner, "ninh-hoa").get_permitted(EXCLUDING, grey.id)
    with pytest.raises(NotVisible, match=f"There is no note '{grey.id}' for which") as hidden:
        opened(runner, "ninh-an").get_permitted(EXCLUDING, grey.id)
    assert hidden.value.__cause__ is None


def test_a_session_tells_what_was_looked_at(runner: UseCaseRunner, written: list[Note]) -> None:
    """What was read by its id, with its version; facts in the order of their names."""
    session = opened(runner, everywhere=True)
    session.load(NOTE, written[1].id)
    look = session.look("read", None, b=2, a=1)
    assert (look.actor, look.action, look.outcome) == ("person:lan", "notes.look", "read")
    assert (look.named, look.facts) == ((f"note:{written[1].id}@1",), (("a", 1), ("b", 2)))
    assert session.opened.ids == [written[1].id]


def test_a_refusal_is_explained_by_what_was_asked_for() -> None:
    """What was withheld by its truth, any other by its words; names are cut at two hundred characters."""
    refusals = Refusals()
    other = Refused("because")
    assert refusals.explain(other) == {"why": "because"}
    refusals.asked_for = f"tip:{'x' * 300}"
    assert refusals.explain(other) == {"why": "because", "about": f"tip:{'x' * 196}"}
    first, second = (refusals.withhold(NotVisible("same words"), f"truth {n}", f"tip:{'y' * 300}{n}") for n in (1, 2))
    assert (str(first), str(second)) == ("same words", "same words")
    for refusal, truth in ((first, "truth 1"), (second, "truth 2")):
        assert refusals.explain(refusal) == {"why": truth, "about": f"tip:{'y' * 196}"}


def test_permissions_are_asked_once_in_an_act(runner: UseCaseRunner) -> None:
    """For each permission by itself, and for whom it acts."""
    asked: list[tuple[str, Permission]] = []

    class Noted(Only):
        def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
            asked.append((actor.label, permission))
            return self.allowed

    uow = UnitOfWork(runner.context, Noted(("ninh-hoa",)), LAN, "notes.look")
    for permission in (Permission.CONTENT_READ, Permission.CONTENT_EDIT, Permission.CONTENT_READ):
        with uow.requiring(permission):
            assert uow.permitted_units() == uow.permitted_units() == ("ninh-hoa",)
    with uow.acting_as(system("router")), uow.requiring(Permission.CONTENT_READ):
        uow.permitted_units()
    assert asked == [
        ("person:lan", Permission.CONTENT_READ),
        ("person:lan", Permission.CONTENT_EDIT),
        ("system:router", Permission.CONTENT_READ),
    ]
    assert uow.actor == LAN
