"""Search for an item, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import build_finder, build_lister
from anninh_core.language.catalogue import marked


def _build_content_column(name: str) -> Column:
    """Return the column of a field of the item's newest version."""
    heading = {"body": marked("text"), "source_name": marked("source"), "rumour": marked("rumour")}[name]
    return Column(heading=heading, of=lambda labels, item: labels.field(item.versions[-1].content, name))


def _describe_audience(labels: Labels, item: Any) -> str:
    return labels.field(item.versions[-1].content, "units")


def _describe_decision(labels: Labels, item: Any) -> str:
    content = item.versions[-1].content
    parts = (content.decision_number, labels.field(content, "decision_date"), content.decision_issuer)
    return ", ".join(filter(None, parts))


def _name_requester(labels: Labels, item: Any) -> str:
    content = item.versions[-1].content
    checker = labels.officer(item.requester_checked_by)
    return ", ".join(filter(None, (content.requester, content.requester_check, checker)))


def _describe_findings(labels: Labels, item: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{finding.number}: {finding.text}{' ✓' if finding.answer else ''}" for finding in item.findings)


def _describe_gates(labels: Labels, item: Any) -> str:
    return "\n".join(f"{check.gate}: {labels.value('passed', check.passed)}, {check.note}" for check in item.gates)


def _describe_returns(labels: Labels, item: Any) -> str:
    return "\n".join(f"{labels.moment(entry.at)}: {entry.reason}" for entry in item.returns)


FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("title"), of="title"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("category"), of="category"),
    Column(heading=marked("published"), of="published_day"),
    Column(heading=marked("expires"), of="expires"),
    Column(heading=marked("corrects"), of="replaces"),
    Column(heading=marked("corrected by"), of="superseded_by"),
    _build_content_column("rumour"),
    _build_content_column("source_name"),
    Column(heading=marked("for"), of=_describe_audience),
    Column(heading=marked("decision"), of=_describe_decision),
    Column(heading=marked("requester"), of=_name_requester),
    Column(heading=marked("gates"), of=_describe_gates),
    Column(heading=marked("findings"), of=_describe_findings),
    Column(heading=marked("returned"), of=_describe_returns),
    _build_content_column("body"),
)
ITEM = CommandSubject(
    argument="item_id",
    metavar="ITEM",
    question=marked("Which item? The end of its id, as the list shows it"),
    finds=build_finder("content.get", "item_id", build_lister("content.list")),
    brief=FACTS,
)
