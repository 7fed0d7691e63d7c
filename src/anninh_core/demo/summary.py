"""Summary of a demo run, counted from the records."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from attrs import frozen

from anninh_core.demo.cast import find_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.tips.kind import TIP
from anninh_core.usecase.actor import person


@frozen(kw_only=True)
class Summary:
    """Figures of a demo run.

    Attributes:
        said, heard: number of messages sent, and of messages stored; equal if none was lost.
        tips, inquiries, groups, items, posts, duties, reports: number by state.
        queues: number of sent rows by state.
        chain_ok: whether the hash chain over the `journal` lines of the audit log is unbroken.
        recount_ok: whether the counters equal a recount from the records.
        routed_right: share of messages that the router classified as a person would.
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
        """Whether no message was lost, the hash chain is unbroken and the counters are right."""
        return self.said == self.heard and self.chain_ok and self.recount_ok


def summarize(stage: DemoStage, files: tuple[str, ...]) -> Summary:
    """Count the results of the demo run."""
    app = stage.app
    verdict = app.audit.verify(person(stage.officers["auditor"]))
    recount = app.reports.recount(find_officer(stage, "standing"), date(2021, 1, 1), date(2022, 12, 31))
    correct_share, stored_count = _measure_routing(stage)
    return Summary(
        said=sum(line.at <= stage.clock.now() for line in stage.lines),
        heard=stored_count,
        tips=_count_by(stage, TIP.name, "state"),
        inquiries=_count_by(stage, INQUIRY.name, "state"),
        groups=_count_by(stage, GROUP.name, "state"),
        items=_count_by(stage, ITEM.name, "state"),
        posts=_count_by(stage, POST.name, "state"),
        duties=_count_by(stage, DUTY.name, "state"),
        reports=_count_by(stage, REPORT.name, "state"),
        queues=app.internals.context.storage.queues.depth(),
        journal=app.internals.context.storage.journal.head()[0],
        chain_ok=verdict.ok,
        # Counters of purged posts can't be recounted, which is no error.
        recount_ok=not recount.correctable_differences,
        routed_right=correct_share,
        files=files,
    )


def _count_by(stage: DemoStage, kind: str, column: str) -> Mapping[str, int]:
    records = stage.app.internals.context.storage.maintenance.scan(kind)
    return Counter(str(record.columns[column]) for record in records)


def _measure_routing(stage: DemoStage) -> tuple[float, int]:
    """Return the share of readable messages that the router classified as a person would, and the number of all
    messages.
    """
    context = stage.app.internals.context
    sent_lines = [line for line in stage.lines if not line.is_pasted]
    lines_by_id = dict(zip(stage.platform.said(), sent_lines, strict=False))
    records = tuple(context.storage.maintenance.scan(MESSAGE.name))
    read_count = correct_count = 0
    for message in context.iter_readable(MESSAGE, records):
        line = lines_by_id.get(message.platform_id) or stage.words.get(message.text.strip())
        read_count += 1
        correct_count += line is not None and message.reasons != () and message.kind == line.kind
    return correct_count / max(1, read_count), len(records)
