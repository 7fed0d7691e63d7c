"""`anninh posts`: messages in groups that officers should review, and the decisions about them."""

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import Done, Facts
from anninh_core.cli.records.posts import FACTS
from anninh_core.language.catalogue import marked

_DECIDED = Done(sentence=marked("{id}: {state}, {ruling__action}."))

posts = NounGroup(
    "moderation",
    help=marked("Messages in groups that somebody should look at: people decide, others judge objections."),
    own={
        "moderation.decide": OwnWords(
            shows=_DECIDED,
            confirms=marked("{action} by rule {rule}: its author is told so."),
            options={"text": "why"},
        ),
        "moderation.decide_appeal": OwnWords(
            shows=_DECIDED,
            confirms=marked("The objection to {id} is judged for good; its author is told."),
            options={"text": "why", "uphold": "uphold/overturn"},
        ),
        "moderation.get": OwnWords(shows=Facts(columns=FACTS)),
    },
    former={"judge": "decide-appeal"},
)
