"""Sentences and output of commands that request, decide about and reveal an identity, as far as the use cases don't
declare them.
"""

from collections.abc import Mapping

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.frame.declaration import Ask, Column, DayCommand, Done, Facts, Takes
from anninh_core.cli.records.disclosures import DISCLOSURE
from anninh_core.cli.records.disclosures import OWN as OWN_REQUEST
from anninh_core.language.catalogue import marked

_DECIDED = Done(sentence=marked("{field}, {case}: {state}."))

OWN: Mapping[str, OwnWords] = {
    "identity.approve_identity": OwnWords(
        shows=Done(sentence=marked("Granted: {requested_by} may open the {field} once until {until}."))
    ),
    "identity.refuse_identity": OwnWords(shows=_DECIDED),
    "identity.request_identity": OwnWords(
        shows=Done(sentence=marked("Requested, as {id}. Another officer decides until {ends_at}."))
    ),
    "identity.reveal_identity": OwnWords(
        subject=OWN_REQUEST,
        shows=Facts(
            columns=(
                Column(heading=marked("name"), of="name"),
                Column(heading=marked("messenger"), of="messenger"),
                Column(heading=marked("address"), of="address"),
                Column(heading=marked("numbers"), of="numbers"),
            )
        ),
        confirms=marked("It is shown here, once, and the look is recorded under your name."),
    ),
}
FORMER: Mapping[str, str] = {"ask": "request"}
DECIDE = DayCommand(
    name="decide",
    operation="identity.refuse_identity",
    instead={"approves": "identity.approve_identity"},
    help=marked("Grant or reject another officer's request."),
    subject=DISCLOSURE,
    shows=_DECIDED,
    confirms=marked("The request of {requested_by} for {case} is decided for good."),
    is_shown=False,
    asks=(
        Ask(
            argument="approves",
            flag="approve/refuse",
            question=marked("Is it granted"),
            takes=Takes.YES_NO,
            help=marked("Grant it, or turn it down."),
        ),
        Ask(
            argument="minutes",
            needed=False,
            metavar="N",
            help=marked("For how long it may be opened, once; a day at most."),
        ),
        Ask(argument="reason", question=marked("Why; kept sealed"), metavar="WORDS"),
    ),
)
"""Former command for `approve` and `refuse`, accepted until 1.0."""
