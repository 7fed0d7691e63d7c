"""News of changes by a mark that contains no data, writes no entry and reveals no case."""

from datetime import timedelta

import pytest
from tests.workflows.work_queue.conftest import Office

from anninh_core.kernel.errors import BadInput
from anninh_core.operations import OperationGateway
from anninh_core.usecase import Actor
from anninh_core.workflows.changes import READERS


def begin(office: Office, actor: Actor) -> str:
    return office.app.work.news(actor).mark


def test_readable_change_is_news(stored_office: Office) -> None:
    """On each storage a changed tip is news, once, for officers who can read it, and not for others."""
    office = stored_office
    lan = begin(office, office.lan)
    van = begin(office, office.van)
    office.receive("Có trộm ở chợ")
    news = office.app.work.news(office.lan, since=lan)
    assert news.kinds == ("tip",)
    assert office.app.work.news(office.lan, since=news.mark).kinds == ()
    assert office.app.work.news(office.van, since=van).kinds == ()


def test_excluded_case_is_no_news(stored_office: Office) -> None:
    """On each storage a change of a case is no news for an excluded officer."""
    office = stored_office
    tip = office.receive("Cán bộ Eve nhận tiền")
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    eve = begin(office, office.eve)
    lan = begin(office, office.lan)
    office.app.tips.triage(office.lan, tip, category="crime")
    office.app.tips.assign(office.lan, tip, unit="ninh-hoa", officers=[office.lan.id])
    assert office.app.work.news(office.eve, since=eve).kinds == ()
    assert office.app.work.news(office.lan, since=lan).kinds == ("tip",)


def test_reading_is_no_news(office: Office) -> None:
    """Reading a record is no news, though it writes a journal entry."""
    tip = office.receive("Có trộm ở chợ")
    mark = begin(office, office.lan)
    office.app.tips.get(office.eve, tip)
    assert office.app.work.news(office.lan, since=mark).kinds == ()


def test_news_declares_its_readers_permissions(office: Office) -> None:
    """The permissions that `work.news` declares are those of all queries that decide who may see a change."""
    operations = OperationGateway(office.app).operations
    readers = [operations[name] for name in READERS.values()]
    needed = {permission for reader in readers for permission in (reader.permission, *reader.needs)}
    assert needed == {*operations["work.news"].needs}


def test_requesting_news_writes_no_entry(office: Office) -> None:
    """Requesting news writes no entry, whether there are any or not, because the board does so every twenty seconds."""
    mark = begin(office, office.lan)
    office.receive("Có trộm ở chợ")
    before = office.journal()
    for _ in range(3):
        mark = office.app.work.news(office.lan, since=mark).mark
    assert office.journal() == before


def test_mark_hides_the_journals_end(office: Office) -> None:
    """Marks always differ and have the same length, so that they don't reveal the journal's end."""
    first, second = begin(office, office.van), begin(office, office.van)
    for _ in range(300):
        office.clock.advance(timedelta(minutes=1))
        office.app.units.names(office.lan, unit_ids=[], officer_ids=[])
    office.receive("Có trộm ở chợ")
    third = begin(office, office.van)
    assert len({first, second, third}) == 3
    assert len({len(mark) for mark in (first, second, third)}) == 1


@pytest.mark.parametrize("wrong", ["0", "AAAA", "x" * 64, "é", "===="])
def test_invalid_mark_is_refused(office: Office, wrong: str) -> None:
    """An invalid mark is refused with a remedy, and never taken for the beginning."""
    with pytest.raises(BadInput, match="leave it out"):
        office.app.work.news(office.lan, since=wrong)


def test_mark_of_another_officer_is_refused(office: Office) -> None:
    """A mark is valid only for the officer it was made for."""
    with pytest.raises(BadInput, match="isn't a mark of yours: leave it out to begin with a new one"):
        office.app.work.news(office.eve, since=begin(office, office.lan))


def test_many_changes_make_every_kind_news(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After more changes than a request reads, every kind is news, so that the board reloads."""
    monkeypatch.setattr("anninh_core.workflows.work_queue.service._PAGE", 2)
    mark = begin(office, office.van)
    for number in range(9):
        office.receive(f"Tin {number}")
    news = office.app.work.news(office.van, since=mark)
    assert news.kinds == tuple(sorted(READERS))
    assert office.app.work.news(office.van, since=news.mark).kinds == ()
