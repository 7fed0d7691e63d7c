"""The public directory of groups as a page (P-II.1.c)."""

from anninh_core.domain.groups.rules import DirectoryEntry
from anninh_core.formatters.html.directory import DirectoryLine, directory_html
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import workflow
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


class GroupDirectory(Workflow):
    """Joins the registry of groups and the page's formatter."""

    action_prefix = "papers"

    @workflow(Permission.GROUP_READ)
    def render_directory(self, actor: Actor) -> str:
        """Return the public directory of groups as an HTML page.

        Raises:
            MissingExtra: the library for QR codes isn't installed.
        """
        district = self.context.district
        lines = [
            DirectoryLine(
                unit_name=self._place_name(entry),
                group_title=entry.title,
                link=entry.link,
                board=entry.board,
                hours=entry.hours,
                areas=self._area_names(entry.unit),
            )
            for entry in self.services.groups.queries.directory(actor)
        ]
        return directory_html(district.say("directory.title"), lines, district.wording)

    def _place_name(self, entry: DirectoryEntry) -> str:
        """Return where a group is; an area by its commune too, since areas have the same names everywhere."""
        district = self.context.district
        is_area = district.counting_unit(entry.unit) != entry.unit
        return ", ".join(entry.places[:2]) if is_area else entry.places[0]

    def _area_names(self, unit: str) -> tuple[str, ...]:
        district = self.context.district
        if not district.levels[district.unit(unit).level].counts:
            return ()
        return tuple(district.unit(id).name for id in district.children[unit])
