"""Tips, from what somebody tells at the counter to the answer."""

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, Column, CommandSubject, DayCommand, Done, Takes
from anninh_core.cli.frame.subjects import find_tip
from anninh_core.language.catalogue import marked

_TIP = CommandSubject(
    argument="tip_id",
    metavar="ID_OR_RECEIPT",
    question=marked("Which tip? Its receipt, or its id"),
    finds=find_tip,
    brief=(
        Column(heading=marked("receipt"), of="receipt"),
        Column(heading=marked("state"), of="state"),
        Column(heading=marked("unit"), of="unit"),
        Column(heading=marked("category"), of="category"),
        Column(heading=marked("place"), of="place"),
        Column(heading=marked("asked"), of="question"),
        Column(heading=marked("answer"), of="answer"),
        Column(heading=marked("text"), of="text"),
    ),
)
_CLAIMED = Done(sentence=marked("{receipt}: {claim__by} has it until {claim__until}."))
_STANDS = Done(sentence=marked("{receipt}: {state}."))
_DESPITE_OPEN = Ask(
    argument="despite_open",
    needed=False,
    metavar="WORDS",
    help=marked("Why it ends although other units still work on parts of it; these are called off."),
)

COMMANDS = (
    DayCommand(
        name="record",
        operation="tips.record_walk_in",
        help=marked("Record what somebody tells at the counter or by phone. It gets a receipt."),
        shows=Done(sentence=marked("{receipt}: {state}. Give the number to whoever told it.")),
        asks=(
            Ask(argument="text", question=marked("What is told"), takes=Takes.LINES),
            Ask(
                argument="unit", question=marked("Where it happened: the unit"), reads=offers.read_unit, metavar="UNIT"
            ),
            Ask(
                argument="category",
                question=marked("What it is about"),
                needed=False,
                offers=offers.choices("incoming"),
                metavar="CATEGORY",
            ),
            Ask(
                argument="emergency",
                needed=False,
                takes=Takes.YES_NO,
                help=marked("Danger is near: whoever is on duty is told at once."),
            ),
            Ask(
                argument="received_at",
                flag="received",
                needed=False,
                metavar="MOMENT",
                help=marked("When it was told, as 2026-11-27T08:00:00+07:00.  [default: now]"),
            ),
        ),
    ),
    DayCommand(
        name="triage",
        operation="tips.triage",
        help=marked("Say what a tip is about, and where it belongs."),
        shows=Done(sentence=marked("{receipt}: {state}, {category}, {unit}.")),
        subject=_TIP,
        asks=(
            Ask(
                argument="category",
                question=marked("What it is about"),
                offers=offers.choices("incoming"),
                metavar="CATEGORY",
            ),
            Ask(
                argument="unit",
                needed=False,
                reads=offers.read_unit,
                metavar="UNIT",
                help=marked("Where it belongs.  [default: where it lies]"),
            ),
            Ask(
                argument="urgency",
                needed=False,
                offers=offers.wording("urgency"),
                metavar="URGENCY",
                help=marked("How urgent it is.  [default: as its category says]"),
            ),
            Ask(
                argument="legal_kind",
                needed=False,
                offers=offers.wording("legal_kind"),
                metavar="KIND",
                help=marked("What it is by law.  [default: as its category says]"),
            ),
            Ask(argument="place", needed=False, metavar="WORDS", help=marked("Where it happened, in words.")),
        ),
    ),
    DayCommand(
        name="claim",
        operation="tips.claim",
        help=marked("Claim a tip: of an emergency nobody else is paged while the claim runs. Again: keep it longer."),
        shows=_CLAIMED,
        subject=_TIP,
    ),
    DayCommand(
        name="claim-for",
        operation="tips.claim_for",
        help=marked("Claim a tip for an officer who handles tips of its unit."),
        shows=_CLAIMED,
        subject=_TIP,
        asks=(
            Ask(
                argument="officer",
                question=marked("Which officer: name or id"),
                reads=offers.read_officer,
                metavar="OFFICER",
                help=marked("Who has it: name or id."),
            ),
        ),
    ),
    DayCommand(
        name="release",
        operation="tips.release_claim",
        help=marked("End your claim: of an emergency the next officer is paged at once."),
        shows=_STANDS,
        subject=_TIP,
    ),
    DayCommand(
        name="assign",
        operation="tips.assign",
        help=marked("Give a tip to a unit and its officers to work on."),
        shows=Done(sentence=marked("{receipt}: {state}, {handling_unit} ({handlers}).")),
        subject=_TIP,
        asks=(
            Ask(argument="unit", question=marked("Which unit works on it"), reads=offers.read_unit, metavar="UNIT"),
            Ask(
                argument="officers",
                flag="officer",
                question=marked("Which officer of it: name or id, `me` for yourself"),
                many=True,
                reads=offers.read_officer,
                metavar="OFFICER",
                help=marked("Who works on it: name or id, `me` for yourself; may be given again."),
            ),
        ),
    ),
    DayCommand(
        name="verify",
        operation="tips.verify",
        help=marked("Say that the work on an assigned tip has begun."),
        shows=_STANDS,
        subject=_TIP,
    ),
    DayCommand(
        name="ask",
        operation="tips.ask_back",
        help=marked("Ask the reporter something by chat. The tip waits until they answer."),
        shows=_STANDS,
        subject=_TIP,
        confirms=marked("The reporter of {receipt} is asked: {question}"),
        asks=(
            Ask(argument="question", question=marked("What the reporter is asked"), takes=Takes.LINES, metavar="WORDS"),
        ),
    ),
    DayCommand(
        name="settle",
        operation="tips.settle",
        help=marked("End the work on a tip, with words for the reporter. They leave by `answer`."),
        shows=Done(sentence=marked("{receipt}: {state}. Nothing is told yet: `anninh tips answer {receipt}`")),
        subject=_TIP,
        confirms=marked("{receipt} ends as {outcome}, and its reporter will read: {answer}"),
        asks=(
            Ask(
                argument="outcome",
                question=marked("How it ends"),
                offers=offers.choices("settling_outcomes"),
                metavar="OUTCOME",
            ),
            Ask(
                argument="reason",
                question=marked("Reason code"),
                offers=offers.choices("settling_reasons"),
                metavar="REASON",
            ),
            Ask(argument="answer", question=marked("What the reporter will read"), takes=Takes.LINES, metavar="WORDS"),
            Ask(
                argument="evidence",
                needed=False,
                metavar="WORDS",
                help=marked("Number of the document, or message:ID of the picture, that it rests on."),
            ),
            Ask(argument="valuable", needed=False, takes=Takes.YES_NO, help=marked("The tip helped.")),
            _DESPITE_OPEN,
        ),
    ),
    DayCommand(
        name="answer",
        operation="tips.answer",
        help=marked(
            "Send the reporter of a settled tip the words that it was settled with. It is answered once these "
            "are known to have arrived."
        ),
        shows=_STANDS,
        subject=_TIP,
        confirms=marked("The answer that stands in {receipt} goes to its reporter."),
        instead={"proof": "tips.answered_by_hand"},
        asks=(
            Ask(
                argument="proof",
                flag="by-hand",
                needed=False,
                metavar="WORDS",
                help=marked("The reporter has no chat, and was told otherwise: say how."),
            ),
        ),
    ),
    DayCommand(
        name="close",
        operation="tips.close",
        help=marked("Close a tip whose answer is known to have arrived."),
        shows=_STANDS,
        subject=_TIP,
        confirms=marked("{receipt} is closed."),
    ),
)
