"""The public directory of groups, rendered as an HTML page (P-II.1.c)."""

from anninh_core.domain.groups.views import DirectoryEntry
from anninh_core.domain.leaks.check import Outgoing
from anninh_core.formatters.html.directory import DirectoryLine, build_directory_html
from anninh_core.messaging.outbound.leak_gate import build_leak_error, is_publishable
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class GroupDirectory(Workflow):
    """Renders the public directory of groups, after a check that it identifies no resident."""

    action_prefix = "papers"

    @workflow(Permission.GROUP_READ, public=True)
    def render_directory(self, actor: Actor) -> str:
        """Return the public directory of groups as an HTML page.

        Raises:
            WrongStep: a name or a number in it may identify a resident, and no officer has released it.
            MissingExtra: the library for QR codes isn't installed.
        """
        district = self.context.district
        lines = [
            DirectoryLine(
                unit_name=self._build_place_name(entry),
                group_title=entry.title,
                link=entry.link,
                board=tuple((member.post, member.name) for member in entry.board),
                hours=entry.hours,
                areas=self._list_area_names(entry.unit),
            )
            for entry in self.services.groups.queries.directory(actor)
        ]
        self._require_no_exposure(actor, "\n".join(f"{line.group_title}\n{line.board}\n{line.hours}" for line in lines))
        return build_directory_html(district.say("directory.title"), lines, district.wording)

    def _require_no_exposure(self, actor: Actor, text: str) -> None:
        """Check that the public text identifies no resident; otherwise record it for a person's decision.

        Raises:
            WrongStep: it may identify a resident, and no officer has released it.
        """
        exposure = self.services.leaks.check.find_exposure(text)
        if not exposure:
            return
        root = self.context.district.root
        page = Outgoing(about=f"directory:{root}", unit=root, officer=actor.id, exposure=exposure)

        def is_page_clear(uow: UnitOfWork) -> bool:
            uow.permit(root)
            return is_publishable(uow, self.services.leaks, self.services.duty, page)

        # The check runs without an idempotency key, as each request of the page needs a new check.
        if not self.runner.run_command(
            actor.without_request(), "papers.check_directory", Permission.GROUP_READ, is_page_clear
        ):
            raise build_leak_error(page)

    def _build_place_name(self, entry: DirectoryEntry) -> str:
        """Return the name of a group's place; the name of an area is followed by its commune, since areas in different
        communes have the same names.
        """
        district = self.context.district
        is_area = district.counting_unit(entry.unit) != entry.unit
        return ", ".join(entry.places[:2]) if is_area else entry.places[0]

    def _list_area_names(self, unit: str) -> tuple[str, ...]:
        district = self.context.district
        if not district.levels[district.unit(unit).level].counts:
            return ()
        return tuple(district.unit(id).name for id in district.children[unit])
