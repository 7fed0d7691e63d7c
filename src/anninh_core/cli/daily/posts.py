"""`anninh posts`: messages in groups that officers should review, and the decisions about them."""

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import Done, Facts
from anninh_core.cli.records.posts import FACTS
from anninh_core.language.catalogue import marked

_DECIDED = Done(sentence=marked("{id}: {state}, {ruling__action}."))

posts = NounGroup(
    "moderation",
    help=marked("Group messages that were flagged for moderation: an officer decides, another judges objections."),
    own={
        "moderation.decide": OwnWords(
            shows=_DECIDED,
            confirms=marked("{action} by rule {rule}: its author is told so."),
            options={"text": "why"},
        ),
        "moderation.decide_appeal": OwnWords(
            shows=_DECIDED,
            confirms=marked("The decision on the objection to {id} is final; its author is notified."),
            options={"text": "why", "uphold": "uphold/overturn"},
        ),
        "moderation.get": OwnWords(shows=Facts(columns=FACTS)),
    },
    former={"judge": "decide-appeal"},
)
