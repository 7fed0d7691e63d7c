"""Search for a post, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import build_finder, build_lister
from anninh_core.language.catalogue import marked


def _describe_flags(labels: Labels, post: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{flag.code}: {flag.reason}" for flag in post.flags)


FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("raised"), of="raised_at"),
    Column(heading=marked("noticed"), of=_describe_flags),
    Column(heading=marked("decision"), of="ruling.action"),
    Column(heading=marked("rule"), of="ruling.rule"),
    Column(heading=marked("why"), of="ruling.text"),
    Column(heading=marked("objection"), of="appeal.words"),
    Column(heading=marked("text"), of="excerpt"),
)
POST = CommandSubject(
    argument="post_id",
    metavar="POST",
    question=marked("Which post? The end of its id, as the list shows it"),
    finds=build_finder("moderation.get", "post_id", build_lister("moderation.list")),
    brief=FACTS,
)
