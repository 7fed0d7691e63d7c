"""Search for an incident, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import build_finder, build_lister
from anninh_core.language.catalogue import marked


def _list_reports(labels: Labels, incident: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{report.tip.receipt}: {report.words}" for report in incident.tips)


INCIDENT = CommandSubject(
    argument="incident_id",
    metavar="INCIDENT",
    question=marked("Which incident? The end of its id, as the list shows it"),
    finds=build_finder("incidents.get", "incident_id", build_lister("incidents.list")),
    brief=(
        Column(heading=marked("category"), of="category"),
        Column(heading=marked("unit"), of="unit"),
        Column(heading=marked("reports"), of="count", right=True),
        Column(heading=marked("newest"), of="last_received_at"),
        Column(heading=marked("reports"), of=_list_reports),
    ),
)
