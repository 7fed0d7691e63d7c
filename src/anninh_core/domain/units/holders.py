"""Search for the officers who have a permission."""

from collections.abc import Iterator
from datetime import date

from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import find_roles_with, granted_units
from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.permissions import Permission


def iter_readable_officers(context: UseCaseContext, roles: tuple[str, ...] = ()) -> Iterator[Officer]:
    """Yield the officers whose records can be read, those with one of `roles` or all.

    So a damaged record doesn't prevent the notification of the others. The job `inspect_officers` quarantines officers
    that can't be read.
    """
    query = Find(kind=OFFICER.name, order="id", where={"role": roles} if roles else {}, limit=200)
    for record in iter_records(context.storage.records, query):
        try:
            officer = context.open_record(OFFICER, record)
        except (Purged, Damaged):
            continue
        yield officer


def iter_permission_holders(context: UseCaseContext, permission: Permission, unit: str, on: date) -> Iterator[Officer]:
    """Yield the officers whose grants give a permission on a unit on a day."""
    district = context.district
    above = {*district.ancestors(unit)}
    for officer in iter_readable_officers(context, find_roles_with(district, permission)):
        if not above.isdisjoint(granted_units(district, officer, permission, on)):
            yield officer
