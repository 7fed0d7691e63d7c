"""Strangers who request things of others: officers of another unit, excluded ones, and one with an expired grant."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen
from tests.trust.casework import add_case, destroy
from tests.trust.district import HERE, NOW, ROOT, THERE, People, appoint, open_district
from tests.trust.outcomes import Shelf
from tests.trust.rights_arguments import RIGHTS_THINGS
from tests.trust.things import Things, everywhere, fill

from anninh_core.app import App
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor

AREA = f"{HERE}/kdc-1"
NEXT_AREA = f"{HERE}/kdc-2"

CASE_THINGS = (
    *("tip", "tip.triaged", "tip.assigned", "tip.settled", "tip.answered", "tip.merged"),
    *(
        "tip.failing",
        "tip.over",
        "tip.ordered",
        "tip.purged",
        "tip.emergency",
        "tip.taken_back",
        "tip.locked",
        "message.locked",
        "incident",
        *("tip.joined", "tip.joined_too", "tip.of_event", "tip.of_event_too"),
        *("joined", "of_one_event"),
        "tip.double",
        "tip.once",
        "tip.twice",
        "messages.second",
        "message.in_doubt",
        "messages.in_doubt",
        "case.candidate",
        "case.over",
        "case.ordered",
        "case.emergency",
    ),
    *("tip.passed_on", "tip.gone", "tip.claimed", "tip.objected", "tip.shared", "subcase", "subcase.open"),
    *("receipt", "case", "scope", "message"),
    *(
        "scope.conversation",
        "scope.identity",
        "conversation",
        "platform_id",
        "row",
        "opening",
        "disclosure",
        "disclosure.approved",
    ),
    "hold",
    *RIGHTS_THINGS,
)
"""Things that depend on a tip: an officer excluded from the tip is excluded from these."""


@frozen
class Stranger:
    """An officer with the things that they may name and those that they may not.

    Attributes:
        theirs: things for the other arguments of a call.
        withheld: things of others, by the same keys.
    """

    actor: Actor
    theirs: Things
    withheld: Things


@frozen
class Town:
    """An app that is restored after each call.

    Attributes:
        whole: an officer with every permission on the whole district, with the things of a commune.
        strangers: by their kind.
    """

    app: App
    shelf: Shelf
    whole: Stranger
    strangers: Mapping[str, Stranger]


def prepare(folder: Path) -> Town:
    """Open and fill the district."""
    app = open_district(folder, FixedClock(NOW))
    people = People(appoint(app, "Cán bộ Một", ROOT), appoint(app, "Cán bộ Hai", ROOT))
    here = fill(app, people, HERE, "here")
    there = fill(app, people, THERE, "there")
    shared = everywhere(app, people)
    app.audit.sign_head(people.boss)
    here, there = {**here, **shared}, {**there, **shared}
    secret = add_case(app, people, HERE, "secret", group=None)
    near = _area_case(app, people, AREA)
    next_door = _area_case(app, people, NEXT_AREA)
    excluded = appoint(app, "Người nhà", HERE)
    above = appoint(app, "Chỉ huy", ROOT, home=HERE)
    for key in [key for key in secret if key.partition(".")[0] == "tip"]:
        for officer in (excluded, above):
            app.tips.exclusions.add(people.boss, secret[key], officer.id, "Người nhà")
    kept_away = {key: secret[key] for key in CASE_THINGS}
    for things in (here, there, secret, near, next_door):
        destroy(app, f"tip:{things['tip.purged']}")
    for things in (here, there):
        app.reports.refresh(people.second, things["report"])  # later preparations have changed the figures
    OperationGateway(app).uploads.put(people.boss, b"a file", "file", "text/plain")  # so that files have a data key
    ended = appoint(app, "Cán bộ cũ", HERE, until=date(2021, 9, 17))
    strangers = {
        "another_unit": Stranger(appoint(app, "Cán bộ xã bên", THERE), there, here),
        "next_area": Stranger(appoint(app, "Cán bộ xóm", AREA), {**here, **near}, next_door),
        "excluded": Stranger(excluded, here, kept_away),
        "excluded_above": Stranger(above, here, kept_away),
        "grant_ended": Stranger(ended, here, here),
    }
    return Town(app, Shelf(app), Stranger(people.boss, here, {}), strangers)


def _area_case(app: App, people: People, unit: str) -> Mapping[str, Any]:
    case = add_case(app, people, unit, unit, group=None)
    return {**case, "unit": unit, "units": (unit,), "case.inquiry": f"inquiry:{case['inquiry']}"}
