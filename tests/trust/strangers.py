"""Strangers who request records that they may not see: officers of another unit, excluded officers, and an officer with
an expired grant.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen
from tests.trust.casework import add_case, destroy
from tests.trust.district import HERE, NOW, ROOT, THERE, People, open_district, store_officer
from tests.trust.outcomes import StorageSnapshot
from tests.trust.rights_arguments import RIGHTS_THINGS
from tests.trust.things import Things, add_district_records, fill_commune

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
"""Keys of the records that depend on a tip: an officer excluded from the tip is excluded from them too."""


@frozen
class Stranger:
    """An officer, the records that they may name, and the records withheld from them.

    Attributes:
        theirs: records for the other arguments of a call.
        withheld: records withheld from the officer, by the same keys.
    """

    actor: Actor
    theirs: Things
    withheld: Things


@frozen
class PreparedApp:
    """An app with test data, which is restored after each call.

    Attributes:
        whole: an officer with every permission on the whole district, with the records of a commune.
        strangers: kind of stranger -> the stranger.
    """

    app: App
    shelf: StorageSnapshot
    whole: Stranger
    strangers: Mapping[str, Stranger]


def prepare_app(folder: Path) -> PreparedApp:
    """Open the district's app, and fill it with records, officers and strangers."""
    app = open_district(folder, FixedClock(NOW))
    people = People(store_officer(app, "Cán bộ Một", ROOT), store_officer(app, "Cán bộ Hai", ROOT))
    here = fill_commune(app, people, HERE, "here")
    there = fill_commune(app, people, THERE, "there")
    shared = add_district_records(app, people)
    app.audit.sign_head(people.boss)
    here, there = {**here, **shared}, {**there, **shared}
    secret = add_case(app, people, HERE, "secret", group=None)
    near = _add_area_case(app, people, AREA)
    next_door = _add_area_case(app, people, NEXT_AREA)
    excluded = store_officer(app, "Người nhà", HERE)
    above = store_officer(app, "Chỉ huy", ROOT, home=HERE)
    for key in [key for key in secret if key.partition(".")[0] == "tip"]:
        for officer in (excluded, above):
            app.tips.exclusions.add(people.boss, secret[key], officer.id, "Người nhà")
    kept_away = {key: secret[key] for key in CASE_THINGS}
    for things in (here, there, secret, near, next_door):
        destroy(app, f"tip:{things['tip.purged']}")
    for things in (here, there):
        # Records that were added after the report have changed its figures.
        app.reports.refresh(people.second, things["report"])
    # An upload creates a data key for files.
    OperationGateway(app).uploads.put(people.boss, b"a file", "file", "text/plain")
    ended = store_officer(app, "Cán bộ cũ", HERE, until=date(2021, 9, 17))
    strangers = {
        "another_unit": Stranger(store_officer(app, "Cán bộ xã bên", THERE), there, here),
        "next_area": Stranger(store_officer(app, "Cán bộ xóm", AREA), {**here, **near}, next_door),
        "excluded": Stranger(excluded, here, kept_away),
        "excluded_above": Stranger(above, here, kept_away),
        "grant_ended": Stranger(ended, here, here),
    }
    return PreparedApp(app, StorageSnapshot(app), Stranger(people.boss, here, {}), strangers)


def _add_area_case(app: App, people: People, unit: str) -> Mapping[str, Any]:
    case = add_case(app, people, unit, unit, group=None)
    return {**case, "unit": unit, "units": (unit,), "case.inquiry": f"inquiry:{case['inquiry']}"}
