"""`anninh reports`: a unit's reports, from the draft to the signature."""

from collections.abc import Mapping

from anninh_core.cli.daily.report import list_ as list_reports
from anninh_core.cli.daily.report import show as show_report
from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import Done, Given
from anninh_core.cli.frame.desk import Desk
from anninh_core.language.catalogue import marked


def _list_section_headings(desk: Desk, given: Given) -> Mapping[str, str]:
    report = given["record"]
    template = desk.district.templates[desk.district.obligation(report.obligation).template]
    return {section.key: section.heading for section in template.sections if section.key}


def _find_today(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
    return desk.app.today.isoformat()


def _find_own_name(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
    return desk.labels.officer(desk.me.id)


reports = NounGroup(
    "reports",
    help=marked("Reports of units: filled by the program, written, signed and accepted by people."),
    own={
        "reports.accept": OwnWords(confirms=marked("{id} is accepted.")),
        "reports.give_back": OwnWords(confirms=marked("{id} is returned: {reasons}")),
        "reports.submit": OwnWords(
            shows=Done(sentence=marked("{id}: {state}, {signature__number}.")),
            confirms=marked("{id} is signed by {signer} under number {number}, and never changes again."),
            options={"issued_on": "day"},
            suggests={"issued_on": _find_today, "signer": _find_own_name},
        ),
        "reports.write": OwnWords(options={"key": "section"}, offers={"key": _list_section_headings}),
    },
    former={"fill": "write", "return": "give-back", "sign": "submit"},
)
for command in (list_reports, show_report):
    reports.add_command(command)
