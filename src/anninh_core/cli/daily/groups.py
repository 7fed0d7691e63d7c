"""Sentences and output of commands about groups, as far as the use cases don't declare them."""

from collections.abc import Mapping

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.frame.declaration import Done, Facts, Given
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.records.groups import FACTS
from anninh_core.language.catalogue import marked


def _find_officer_name(desk: Desk, given: Given) -> str:
    return desk.labels.officer(str(given.get("officer", "")))


_NAMED = Done(sentence=marked("{title}: {state} ({id})."))

OWN: Mapping[str, OwnWords] = {
    "groups.establish": OwnWords(shows=_NAMED, confirms=marked("{title} is founded for {unit} on {messenger}.")),
    "groups.get": OwnWords(shows=Facts(columns=FACTS)),
    "groups.launch": OwnWords(shows=_NAMED, confirms=marked("{title} is opened, and its members are written to.")),
    "groups.seat": OwnWords(shows=_NAMED, suggests={"name": _find_officer_name}),
}
