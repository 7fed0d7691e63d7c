"""What came of the play, counted from the records themselves."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from attrs import frozen

from anninh_core.demo.cast import officer
from anninh_core.demo.stage import Stage
from anninh_core.rooms.content.kind import ITEM
from anninh_core.rooms.conversations.model import MESSAGE
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.programme.duty import DUTY
from anninh_core.rooms.reports.kind import REPORT
from anninh_core.rooms.tips.kind import TIP
from anninh_core.work.actor import person


@frozen(kw_only=True)
class Summary:
    """Figures of the play.

    Attributes:
        messages: said, and written down; the two are equal when nothing was lost.
        tips, inquiries, groups, items, posts, duties, reports: number by state.
        outbox: sent rows by state.
        chain_ok: whether the audit chain holds over `journal` lines.
        recount_ok: whether the counters equal a recount from the records.
        routed_right: share of messages that the router took for what a person would.
    """

    said: int
    heard: int
    tips: Mapping[str, int]
    inquiries: Mapping[str, int]
    groups: Mapping[str, int]
    items: Mapping[str, int]
    posts: Mapping[str, int]
    duties: Mapping[str, int]
    reports: Mapping[str, int]
    queues: Mapping[str, int]
    journal: int
    chain_ok: bool
    recount_ok: bool
    routed_right: float
    files: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost, the chain holds and the numbers agree."""
        return self.said == self.heard and self.chain_ok and self.recount_ok


def summed_up(stage: Stage, files: tuple[str, ...]) -> Summary:
    """Count what the play left behind."""
    app = stage.app
    verdict = app.audit.verify(person(stage.officers["auditor"]))
    recounted = app.reports.recount(officer(stage, "standing"), date(2021, 1, 1), date(2022, 12, 31))
    right, heard = _routing(stage)
    return Summary(
        said=sum(line.at <= stage.clock.now() for line in stage.lines),
        heard=heard,
        tips=_by(stage, TIP.name, "state"),
        inquiries=_by(stage, INQUIRY.name, "state"),
        groups=_by(stage, GROUP.name, "state"),
        items=_by(stage, ITEM.name, "state"),
        posts=_by(stage, POST.name, "state"),
        duties=_by(stage, DUTY.name, "state"),
        reports=_by(stage, REPORT.name, "state"),
        queues=app.context.storage.queues.depth(),
        journal=app.context.storage.journal.head()[0],
        chain_ok=verdict.ok,
        recount_ok=not recounted.correctable,  # what purged posts had counted is no error
        routed_right=right,
        files=files,
    )


def _by(stage: Stage, kind: str, column: str) -> Mapping[str, int]:
    records = stage.app.context.storage.maintenance.scan(kind)
    return Counter(str(record.columns[column]) for record in records)


def _routing(stage: Stage) -> tuple[float, int]:
    """Compare what the router made of each message with what a person would."""
    context = stage.app.context
    spoken = [line for line in stage.lines if not line.is_pasted]
    lines = dict(zip(stage.platform.said(), spoken, strict=False))
    right = heard = 0
    for record in context.storage.maintenance.scan(MESSAGE.name):
        message = context.opened(MESSAGE, record)
        line = lines.get(message.platform_id) or stage.words.get(message.text.strip())
        heard += 1
        right += line is not None and message.reasons != () and message.kind == line.kind
    return right / max(1, heard), heard
