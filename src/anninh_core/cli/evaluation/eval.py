"""`anninh eval`: measure how often suggestions are right, on labelled messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import FILE_NAME, App, Settings
from anninh_core.cli.evaluation.figures import (
    DIGITS,
    ClassFigures,
    Classification,
    EmergencyFigures,
    Share,
    build_share_data,
    format_percent,
    format_share_cells,
    measure_alarms,
    measure_classification,
    round_share,
)
from anninh_core.cli.evaluation.messages import JudgedMessage, Prediction, predict_messages, read_messages
from anninh_core.cli.evaluation.redaction import (
    build_judgement_data,
    judge_texts,
    print_judgement,
    print_misses,
    read_labelled_texts,
)
from anninh_core.cli.folder import as_officer, enter_folder
from anninh_core.cli.options import EXISTING_FILE, at_option
from anninh_core.cli.output import TextTable, echo, echo_json
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

_NO_HURRY = timedelta(days=1)
"""Time limit for opinions on a message, so long that a slow machine changes no figure."""


@click.group()
def eval() -> None:
    """Measure how often the program is right."""


@eval.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@at_option
def triage(file: Path, as_json: bool, at: Path) -> None:
    """Route the messages of FILE as the first ones of a talk with the official account, and compare with their labels.

    FILE has a JSON object a line: text, kind (tip, question, chatter, unsuitable), category (of a tip, or empty) and
    emergency (true or false). Plugins and profile are those of the folder, or the shipped ones if it has no settings.
    Nothing is stored. Small files prove little: look at the intervals.
    """
    plugins, district = _load_folder(at)
    messages = read_messages(file, district)
    predictions = predict_messages(messages, plugins, district)
    kind, category, alarms = measure_predictions(messages, predictions)
    if as_json:
        echo_json(build_figure_data(kind, category, alarms))
    else:
        print_figures(kind, category, alarms)


@eval.command()
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.  [default: the whole authority]")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of triage.")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day of triage.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def agreement(app: App, me: Actor, *, unit: str, start: datetime, end: datetime, as_json: bool) -> None:
    """Show how often officers chose the category that a tip's words suggested."""
    result = app.tips.suggestion_agreement(me, unit=unit or app.district.root, start=start.date(), end=end.date())
    pairs = sorted(result.pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    share = Share(result.agreed, result.judged)
    if as_json:
        rows = [{"suggested": suggested, "chosen": chosen, "tips": number} for (suggested, chosen), number in pairs]
        echo_json({**build_share_data("agreement", share), "tips": share.of, "pairs": rows})
        return
    value, number, interval = format_share_cells(share)
    words = _("agreement: {share}, {number} tips with a suggestion, 95 % of the time between {interval}")
    echo(words.format(share=value, number=number, interval=interval))
    headings = (_("suggested"), _("chosen"), _("tips"))
    TextTable(
        headings=headings,
        rows=[(suggested or _("none"), chosen, str(tips)) for (suggested, chosen), tips in pairs],
        right=headings[-1:],
        empty=_("No tip with a suggestion was triaged on these days."),
    ).echo()


@eval.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--misses", is_flag=True, help="Show the lines where something was missed or hit without cause.")
@click.option("--json", "as_json", is_flag=True, help="For programs; figures alone, nothing of what the lines say.")
def redaction(file: Path, misses: bool, as_json: bool) -> None:
    """Find personal data in the texts of FILE, and compare with their labels.

    FILE has a JSON object a line: text, and spans, a list of {kind, text}, empty for a near miss. A label is found if a
    hit of its kind covers it from end to end, without blanks and separators at its own ends; one hit finds one label.
    Any other hit is a false hit of its kind; a label that another kind has hit counts as missed and as confused. Links
    are left out.
    """
    judgement = judge_texts(read_labelled_texts(file))
    if as_json:
        echo_json(build_judgement_data(judgement))
        return
    print_judgement(judgement)
    if misses:
        print_misses(judgement)


def measure_predictions(
    messages: Sequence[JudgedMessage], predictions: Sequence[Prediction]
) -> tuple[Classification, Classification, EmergencyFigures]:
    """Return three sets of figures: for kinds, for categories of messages that are labelled with one, and for
    emergencies.
    """
    labels = [message.label for message in messages]
    pairs = list(zip(labels, predictions, strict=True))
    kind = measure_classification([(label.kind, prediction.kind) for label, prediction in pairs])
    category = measure_classification(
        [(label.category, prediction.category or "none") for label, prediction in pairs if label.category]
    )
    return kind, category, measure_alarms(labels, predictions)


def build_figure_data(kind: Classification, category: Classification, alarms: EmergencyFigures) -> dict[str, object]:
    """Return the figures of an evaluation as JSON data."""
    return {
        "messages": kind.accuracy.of,
        "kind": _build_class_data(kind),
        "category": _build_class_data(category),
        "emergency": {
            **build_share_data("recall", alarms.recall),
            **build_share_data("look_first_recall", alarms.look_first_recall),
            **build_share_data("precision", alarms.precision),
            **build_share_data("false_alarm_rate", alarms.false_alarm_rate),
            **build_share_data("look_first_rate", alarms.look_first_rate),
            "emergencies": alarms.recall.of,
        },
    }


def print_figures(kind: Classification, category: Classification, alarms: EmergencyFigures) -> None:
    """Print the figures of an evaluation for people."""
    words = _("{title}: {count} messages, macro F1 {share}, 95 % of the time between {low} and {high}")
    for title, figures in ((_("kind"), kind), (_("category of tips"), category)):
        low, high = map(format_percent, figures.interval)
        count = figures.accuracy.of
        share = format_percent(figures.macro_f1)
        echo(words.format(title=title, count=count, share=share, low=low, high=high))
        _print_classes(figures.classes)
        _print_confusion(figures)
    rows = [
        (_("alarm: recall"), *format_share_cells(alarms.recall)),
        (_("alarm or look first: recall"), *format_share_cells(alarms.look_first_recall)),
        (_("alarm: precision"), *format_share_cells(alarms.precision)),
        (_("alarm: false alarms of other messages"), *format_share_cells(alarms.false_alarm_rate)),
        (_("alarm or look first: of other messages"), *format_share_cells(alarms.look_first_rate)),
    ]
    TextTable(headings=(_("emergency"), _("share"), _("number"), _("interval")), rows=rows, empty="").echo()


def _load_folder(at: Path) -> tuple[Plugins, District]:
    """Return plugins and profile of a folder, or the shipped ones if it has no settings."""
    if (at / FILE_NAME).is_file():
        with enter_folder(at) as (settings, district):
            return Plugins(settings.plugins), district
    settings = Settings()
    return Plugins(settings.plugins, budget=_NO_HURRY), load_profile(settings.profile)


def _build_class_data(figures: Classification) -> dict[str, object]:
    return {
        "macro_f1": round_share(figures.macro_f1),
        "macro_f1_interval": [round(end, DIGITS) for end in figures.interval],
        **build_share_data("accuracy", figures.accuracy),
        "classes": {
            each_class.name: {
                "f1": round(each_class.f1, DIGITS),
                **build_share_data("precision", each_class.precision),
                **build_share_data("recall", each_class.recall),
                "messages": each_class.recall.of,
            }
            for each_class in figures.classes
        },
        "confusion": [
            {"is": real, "taken_for": predicted, "messages": number}
            for (real, predicted), number in sorted(figures.confusion.items())
        ],
    }


def _print_classes(classes: Sequence[ClassFigures]) -> None:
    rows = [
        (
            each_class.name,
            str(each_class.recall.of),
            format_percent(each_class.f1),
            *format_share_cells(each_class.precision)[::2],
            *format_share_cells(each_class.recall)[::2],
        )
        for each_class in classes
    ]
    right = (_("messages"), "F1")
    interval = _("interval")
    headings = (_("class"), *right, _("precision"), interval, _("recall"), f"{interval} ")
    TextTable(headings=headings, rows=rows, right=right, empty=_("No message has one.")).echo()


def _print_confusion(figures: Classification) -> None:
    columns = sorted(
        {predicted for _, predicted in figures.confusion} | {each_class.name for each_class in figures.classes}
    )
    rows = [
        (each_class.name, *(str(figures.confusion[each_class.name, column] or "·") for column in columns))
        for each_class in figures.classes
    ]
    TextTable(headings=(_("is ↓ taken for →"), *columns), rows=rows, right=columns, empty="").echo()
    echo()
