"""Papers about tips as files: the register, the monthly list and the slip of a transfer."""

from datetime import date

from attrs import frozen

from anninh_core.domain.services import Services
from anninh_core.plugins import Plugins
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Count, PaperFormat, TipId, UnitId, Year
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import Download
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.report_document import ReportDocument
from anninh_core.workflows.base import Workflow


@frozen
class SlipFile:
    """A slip as a file.

    Attributes:
        name: file name.
        media_type: of its format.
        content: its bytes.
        masked: kinds of personal data removed from the words, such as `phone` or `name`, each once.
        left: kinds of possible personal data kept as evidence, such as `bank_account`, each once.
    """

    name: str
    media_type: str
    content: bytes
    masked: tuple[str, ...]
    left: tuple[str, ...] = ()

    def to_view(self) -> Download:
        """Return the slip as a file to download."""
        return Download(self.name, self.media_type, self.content)


class TipPaperRendering(Workflow):
    """Renders papers about tips as files. All papers are drafts (DỰ THẢO), and none carries an identity."""

    action_prefix = "tip_papers"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins

    @workflow(Permission.TIP_READ, public=True)
    def register(self, actor: Actor, unit: UnitId, start: date, end: date, format: PaperFormat = "docx") -> Download:
        """Return the register of a unit and below, of the tips received in a period of days.

        Raises:
            BadInput: no loaded plugin brings the format, or the period ends before it begins.
            MissingExtra: the format's library isn't installed.
        """
        document, _ = self.services.tips.papers.register(actor, unit, start, end)
        return self._render(document, f"so-theo-doi-{unit.replace('/', '-')}-{start}-{end}", format)

    @workflow(Permission.TIP_READ, public=True)
    def monthly_list(
        self, actor: Actor, unit: UnitId, year: Year, month: Count, format: PaperFormat = "docx"
    ) -> Download:
        """Return the list of a month, with its balance; raises as `register` does.

        Raises:
            BadInput: no loaded plugin brings the format, or there is no such month.
            NotFound: there is no such unit.
            MissingExtra: the format's library isn't installed.
        """
        document, _ = self.services.tips.papers.monthly_list(actor, unit, year, month)
        return self._render(document, f"danh-sach-{unit.replace('/', '-')}-{year}-{month:02}", format)

    @workflow(Permission.TIP_HANDLE, public=True)
    def slip(self, actor: Actor, tip_id: TipId, format: PaperFormat = "docx") -> SlipFile:
        """Return the slip (phiếu chuyển, after form 03 of Thông tư 119/2021/TT-BCA) of a tip's last external transfer.

        Raises:
            WrongStep: it was transferred to no external body.
            BadInput, MissingExtra: as `register`.
        """
        slip = self.services.tips.papers.slip(actor, tip_id)
        stem = (
            f"phieu-chuyen-{slip.document.letterhead.number.partition('/')[0]}-{slip.document.unit.replace('/', '-')}"
        )
        file = self._render(slip.document, stem, format)
        return SlipFile(file.name, file.media_type, file.data, slip.masked, slip.left)

    def _render(self, document: ReportDocument, stem: str, format: str) -> Download:
        formatter = self._plugins.formatter(format)()
        return Download(f"{stem}{formatter.suffix}", formatter.media_type, formatter.render(document))
