"""An officer asks for news of changes with a mark, which contains no readable data; asking writes no entry and reveals
no case.
"""

from datetime import timedelta

import pytest
from tests.workflows.work_queue.conftest import WorkOffice

from anninh_core.kernel.errors import BadInput
from anninh_core.operations import OperationGateway
from anninh_core.usecase import Actor
from anninh_core.workflows.changes import READERS


def get_first_mark(office: WorkOffice, actor: Actor) -> str:
    return office.app.work.news(actor).mark


def test_readable_change_is_news(stored_office: WorkOffice) -> None:
    """On each storage a changed tip is reported as news once, to officers who can read it, and not to others."""
    office = stored_office
    lan = get_first_mark(office, office.lan)
    van = get_first_mark(office, office.van)
    office.record_tip("Có trộm ở chợ")
    news = office.app.work.news(office.lan, since=lan)
    assert news.kinds == ("tip",)
    assert office.app.work.news(office.lan, since=news.mark).kinds == ()
    assert office.app.work.news(office.van, since=van).kinds == ()


def test_excluded_case_is_no_news(stored_office: WorkOffice) -> None:
    """On each storage a change of a case isn't reported as news to an excluded officer."""
    office = stored_office
    tip = office.record_tip("Cán bộ Eve nhận tiền")
    office.app.tips.exclusions.add(office.boss, tip, office.eve.id, "người nhà")
    eve = get_first_mark(office, office.eve)
    lan = get_first_mark(office, office.lan)
    office.app.tips.triage(office.lan, tip, category="crime")
    office.app.tips.assign(office.lan, tip, unit="ninh-hoa", officers=[office.lan.id])
    assert office.app.work.news(office.eve, since=eve).kinds == ()
    assert office.app.work.news(office.lan, since=lan).kinds == ("tip",)


def test_reading_is_no_news(office: WorkOffice) -> None:
    """Reading a record isn't reported as news, although it writes a journal entry."""
    tip = office.record_tip("Có trộm ở chợ")
    mark = get_first_mark(office, office.lan)
    office.app.tips.get(office.eve, tip)
    assert office.app.work.news(office.lan, since=mark).kinds == ()


def test_news_declares_its_readers_permissions(office: WorkOffice) -> None:
    """The permissions that `work.news` declares are those of all queries that decide who may see a change."""
    operations = OperationGateway(office.app).operations
    readers = [operations[name] for name in READERS.values()]
    needed = {permission for reader in readers for permission in (reader.permission, *reader.needs)}
    assert needed == {*operations["work.news"].needs}


def test_requesting_news_writes_no_entry(office: WorkOffice) -> None:
    """Requesting news writes no entry, whether there are any or not, because the board does so every twenty seconds."""
    mark = get_first_mark(office, office.lan)
    office.record_tip("Có trộm ở chợ")
    before = office.journal()
    for _ in range(3):
        mark = office.app.work.news(office.lan, since=mark).mark
    assert office.journal() == before


def test_mark_hides_the_journals_end(office: WorkOffice) -> None:
    """The marks of news always differ and have the same length, so that they don't reveal how long the journal is."""
    first, second = get_first_mark(office, office.van), get_first_mark(office, office.van)
    for _ in range(300):
        office.clock.advance(timedelta(minutes=1))
        office.app.units.names(office.lan, unit_ids=[], officer_ids=[])
    office.record_tip("Có trộm ở chợ")
    third = get_first_mark(office, office.van)
    assert len({first, second, third}) == 3
    assert len({len(mark) for mark in (first, second, third)}) == 1


@pytest.mark.parametrize("wrong", ["0", "AAAA", "x" * 64, "é", "===="])
def test_invalid_mark_is_refused(office: WorkOffice, wrong: str) -> None:
    """An invalid mark of news is refused with a remedy, and never taken for the beginning of the journal."""
    with pytest.raises(BadInput, match="leave it out"):
        office.app.work.news(office.lan, since=wrong)


def test_mark_of_another_officer_is_refused(office: WorkOffice) -> None:
    """A mark of news is valid only for the officer for whom it was made."""
    with pytest.raises(BadInput, match="isn't a mark of yours: leave it out to begin with a new one"):
        office.app.work.news(office.eve, since=get_first_mark(office, office.lan))


def test_many_changes_make_every_kind_news(office: WorkOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """After more changes than a request reads, every kind of record is reported as news, so that the board reloads."""
    monkeypatch.setattr("anninh_core.workflows.work_queue.service._PAGE", 2)
    mark = get_first_mark(office, office.van)
    for number in range(9):
        office.record_tip(f"Tin {number}")
    news = office.app.work.news(office.van, since=mark)
    assert news.kinds == tuple(sorted(READERS))
    assert office.app.work.news(office.van, since=news.mark).kinds == ()
