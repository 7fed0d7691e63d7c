"""Reports as papers: handed in, returned and accepted together with the duty they fulfil, and rendered."""

from collections.abc import Callable
from datetime import date

from anninh_core.dispatch.rooms import Rooms
from anninh_core.formatters.directory import DirectoryLine, directory_html
from anninh_core.plugins import Plugins
from anninh_core.rooms.groups.rules import DirectoryEntry
from anninh_core.rooms.programme.duty import DUTY, REPORT, duty_id
from anninh_core.rooms.reports.model import Report
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft


class Papers:
    """Joins reports, the programme and the formatters."""

    def __init__(self, desk: Desk, rooms: Rooms, plugins: Plugins) -> None:
        self._desk = desk
        self._rooms = rooms
        self._plugins = plugins

    def submit(self, actor: Actor, report_id: str, *, number: int, issued_on: date, signer: str) -> Report:
        """Sign and hand in a report; the duty it fulfils is done in the same commit."""

        def both(draft: Draft) -> Report:
            signed = self._rooms.reports.submit(draft, report_id, number=number, issued_on=issued_on, signer=signer)
            draft.permit(signed.unit)
            if self._owed(draft, signed):
                self._rooms.programme.fulfil(draft, signed.obligation, signed.year, signed.unit, evidence=signed.id)
            return signed

        return self._desk.carry_out(actor, "papers.submit", Permission.REPORT_SUBMIT, both)

    def give_back(self, actor: Actor, report_id: str, reasons: str) -> Report:
        """Return a report with reasons; its duty is open again."""

        def returned(draft: Draft) -> Report:
            return self._rooms.reports.give_back(draft, report_id, reasons)

        return self._above(actor, "papers.give_back", returned, self._rooms.programme.give_back)

    def accept(self, actor: Actor, report_id: str) -> Report:
        """Accept a report; its duty is closed."""

        def accepted(draft: Draft) -> Report:
            return self._rooms.reports.accept(draft, report_id)

        return self._above(actor, "papers.accept", accepted, self._rooms.programme.accept)

    def render(self, actor: Actor, report_id: str, format: str) -> tuple[str, bytes]:
        """Return a file name and the bytes of a report in a format.

        Raises:
            ConfigurationError: no loaded plugin brings the format.
            MissingExtra: the format's library isn't installed.
        """
        formatter = self._plugins.formatter(format)()
        document = self._rooms.reports.document(actor, report_id)
        name = self._rooms.reports.file_name(actor, report_id)
        return f"{name}{formatter.suffix}", formatter.render(document)

    def directory(self, actor: Actor) -> str:
        """Return the public directory of groups as a page (P-II.1.c).

        Raises:
            MissingExtra: the library for QR codes isn't installed.
        """
        district = self._desk.district
        lines = [
            DirectoryLine(
                unit_name=self._place(entry),
                group_title=entry.title,
                link=entry.link,
                board=entry.board,
                hours=entry.hours,
                areas=self._areas(entry.unit),
            )
            for entry in self._rooms.groups.directory(actor)
        ]
        return directory_html(district.say("directory.title"), lines, district.wording)

    def _place(self, entry: DirectoryEntry) -> str:
        """Return where a group is; an area by its commune too, since areas have the same names everywhere."""
        district = self._desk.district
        below = district.counting_unit(entry.unit) != entry.unit
        return ", ".join(entry.places[:2]) if below else entry.places[0]

    def _areas(self, unit: str) -> tuple[str, ...]:
        district = self._desk.district
        if not district.levels[district.unit(unit).level].counts:
            return ()
        return tuple(district.unit(id).name for id in district.children[unit])

    def _above(
        self,
        actor: Actor,
        action: str,
        report: Callable[[Draft], Report],
        duty: Callable[[Draft, str, int, str], object],
    ) -> Report:
        def both(draft: Draft) -> Report:
            decided = report(draft)
            draft.permit(self._desk.district.obligation(decided.obligation).to)
            if self._owed(draft, decided):
                duty(draft, decided.obligation, decided.year, decided.unit)
            return decided

        return self._desk.carry_out(actor, action, Permission.REPORT_ACCEPT, both)

    def _owed(self, draft: Draft, report: Report) -> bool:
        id = duty_id(REPORT, report.obligation, report.year, report.unit)
        return report.version == 1 and draft.peek(DUTY, id) is not None
