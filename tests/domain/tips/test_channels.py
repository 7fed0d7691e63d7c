"""Tips that didn't come by a messenger are recorded with their channel."""

from collections.abc import Iterator

import pytest

from anninh_core import App, EntryChannel, Month, errors, person, system
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor


@pytest.fixture
def app() -> Iterator[App]:
    with memory_app() as app:
        yield app


@pytest.fixture
def lan(app: App) -> Actor:
    """A tip and report officer of Ninh Hòa."""
    return UnsafeLocalUsers(app).appoint("Lan", "ninh-hoa", "tip_officer", "report_officer")


@pytest.mark.parametrize("channel", [*EntryChannel, *(channel.value for channel in EntryChannel)])
def test_channel_is_listed_and_counted(app: App, lan: Actor, channel: EntryChannel | str) -> None:
    """A tip is recorded with a channel, given as an enum member or its value; the monthly list shows the profile's word
    for the channel, and the tip is counted.
    """
    tip = app.tips.record_walk_in(lan, "Mất gà", unit="ninh-hoa", channel=channel)
    assert tip.origin == EntryChannel(channel).value
    month = Month.of(app.today)
    paper = app.tips.papers.monthly_list(lan, "ninh-hoa", month.year, month.month, format="csv").data.decode()
    assert app.district.say(f"register.origin.{tip.origin}") in paper
    figures = {
        figure.indicator: figure.value for figure in app.reports.figures(lan, "ninh-hoa", month.first, month.last)
    }
    assert (figures["tips_received"], figures["tips_answered"]) == (1, 0)


def test_unknown_channel_is_refused(app: App, lan: Actor) -> None:
    """An unknown channel is refused with the valid channels, and nothing is recorded."""
    with pytest.raises(errors.BadInput, match="choose one of entry, phone, letter, website"):
        app.tips.record_walk_in(lan, "Mất gà", unit="ninh-hoa", channel="web")
    assert app.tips.list(lan).items == ()


def test_a_form_registers_and_reads_nothing(app: App, lan: Actor) -> None:
    """The role of a website's form can record tips and questions for all units below the role's unit, but can read
    none.
    """
    form = person(app.units.appoint(system("setup"), "Biểu mẫu", "hoa-lu", roles=["site_form"]).id)
    tip = app.tips.record_walk_in(form, "Mất gà", unit="ninh-hoa", channel="website")
    app.inquiries.record_walk_in(form, "Làm căn cước ở đâu?", unit="ninh-hoa")
    for read in (lambda: app.tips.get(form, tip.id), lambda: app.tips.list(form), lambda: app.inquiries.list(form)):
        with pytest.raises((errors.Refused, errors.NotVisible)):
            read()
    assert app.tips.get(lan, tip.id).receipt == tip.receipt


def test_form_text_raises_no_emergency(app: App, lan: Actor) -> None:
    """The text of a form never raises an emergency; only the caller can mark it as one."""
    fire = "Cháy nhà ở xóm 3, đến ngay các anh ơi"
    tip = app.tips.record_walk_in(lan, fire, unit="ninh-hoa", channel="website")
    assert (tip.emergency, tip.look_first) == (False, False)
    assert app.tips.record_walk_in(lan, fire, unit="ninh-hoa", channel="website", emergency=True).emergency
