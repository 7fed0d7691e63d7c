"""`anninh people find`, `export`, `correct` and `answer`: acts for people who make requests about their data."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.identity.requests import find_request
from anninh_core.cli.options import FILE
from anninh_core.cli.output import TextTable, echo, echo_json, make_one_line
from anninh_core.cli.results import output_each, output_json_facts, output_sentence, with_json_option
from anninh_core.domain.rights.states import AnswerOutcome
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.usecase.actor import Actor
from anninh_core.workflows.rights.results import FoundData

_FORMATS = click.Choice(["docx", "pdf", "html", "markdown", "json", "zip"])
_OUTCOMES = click.Choice([outcome.value.replace("_", "-") for outcome in AnswerOutcome])
_number = click.argument("number")
_way = "a code of the profile's [rights.deliveries]"


@click.command()
@_number
@click.option("--purpose", required=True, help="What it is looked at for; kept with the request.")
@click.option("--records", "whole", is_flag=True, help="The records too, with the words.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def find(app: App, me: Actor, *, number: str, purpose: str, whole: bool, as_json: bool) -> None:
    """Show the data kept about the person who asks, by category. Each search is recorded with its purpose."""
    personal_data = app.rights.find(me, find_request(app, me, number).id, purpose=purpose)
    if as_json:
        echo_json(_build_personal_data_json(personal_data, whole=whole))
        return
    rows = [(category, str(count)) for category, count in personal_data.counts.items() if count]
    headings = (_("category"), _("records"))
    TextTable(headings=headings, rows=rows, right=headings[1:], empty=_("Nothing is kept.")).echo()
    for case in personal_data.open_cases:
        echo(_("{case} isn't over, and keeps its words whatever is asked.").format(case=case))
    if whole:
        for category, records in personal_data.records.items():
            for record in records:
                echo(f"{category} {record.id}: {make_one_line('; '.join(filter(None, record.fields.values())))}")


@click.command()
@_number
@click.option(
    "--format", "format_", type=_FORMATS, default="docx", show_default=True, help="`zip` has all, with files."
)
@click.option("--way", required=True, help=f"How it reaches the person: {_way}.")
@click.option("--out", type=FILE, required=True, metavar="FILE", help="Where to.")
@with_json_option
@as_officer
def export(app: App, me: Actor, *, number: str, format_: str, way: str, out: Path) -> None:
    """Write a copy of the data kept about the person who asks, to be handed over outside the chat. Remove the file
    afterwards.
    """
    require_new_file(out, force=False)
    copy = app.rights.export(me, find_request(app, me, number).id, format=format_, way=way)
    write_atomically(out, copy.content)
    output_sentence(_("{file}: {size} bytes, SHA-256 {sha256}"), file=out, size=len(copy.content), sha256=copy.sha256)


@click.command()
@_number
@click.option("--name", default="", help="The right name, for the vault.")
@click.option(
    "--message", default="", metavar="ID", help="A message of theirs that is wrong; `find --records` has ids."
)
@click.option("--words", default="", help="How that message should read.")
@click.option("--reason", required=True, help="Why, in words; kept sealed.")
@with_json_option
@as_officer
def correct(app: App, me: Actor, *, number: str, name: str, message: str, words: str, reason: str) -> None:
    """Correct a name, or note with a message how it should read."""
    if bool(name) == bool(message):
        raise BadInput("Only one thing can be corrected at a time: give either --name, or --message with --words.")
    id = find_request(app, me, number).id
    if name:
        app.rights.correct_name(me, id, name, reason=reason)
    else:
        app.rights.correct_words(me, id, message, words, reason=reason)
    output_sentence(_("It is put right."))
    output_json_facts(number=number)


@click.command()
@_number
@click.argument("outcome", type=_OUTCOMES)
@click.option("--text", required=True, help="Text for the person; how to complain is added.")
@click.option("--rule", default="", help="The rule cited; needed unless all is granted.")
@click.option("--reason", default="", help="Why; needed as the rule is.")
@click.option("--way", default="", help=f"How the answer reaches the person: {_way}.")
@click.option(
    "--notify", is_flag=True, help="Notify the account that asked that there is an answer, without the answer itself."
)
@with_json_option
@as_officer
def answer(
    app: App, me: Actor, *, number: str, outcome: str, text: str, rule: str, reason: str, way: str, notify: bool
) -> None:
    """Answer a request. A deletion that is granted waits in `anninh people list` for an operator."""
    answered = app.rights.answer(
        me,
        find_request(app, me, number).id,
        AnswerOutcome(outcome.replace("-", "_")),
        text=text,
        rule=rule,
        reason=reason,
        way=way,
        notify=notify,
    )
    output_sentence(_("{number} is answered."), number=answered.number, outcome=outcome)
    output_each("erasures", [{"id": erasure_id} for erasure_id in answered.erasures], _("Erasure {id}."))


COMMANDS = (find, export, correct, answer)
"""Commands about data requests, in the order in which officers use them."""


def _build_personal_data_json(personal_data: FoundData, *, whole: bool) -> dict[str, object]:
    data: dict[str, object] = {
        "number": personal_data.number,
        "counts": {**personal_data.counts},
        "open_cases": [*personal_data.open_cases],
    }
    if whole:
        data["records"] = {
            category: [{"id": record.id, **record.fields} for record in records]
            for category, records in personal_data.records.items()
        }
    return data
