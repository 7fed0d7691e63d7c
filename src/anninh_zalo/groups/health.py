"""Health checks of the groups' assets, with a warning before they expire; no group and no person is named."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.groups.values import DELETION_DELAY, SIZES, GroupAsset, GroupInfo

NOTICE = timedelta(days=60)
"""Time before an asset's end at which a warning begins."""

NAME = "groups"
_RENEW = Sentence("Renew the asset in OA Manager, or give the group another one.")


def check_groups(groups: Sequence[GroupInfo], assets: Sequence[GroupAsset], today: date) -> Sequence[Check]:
    """Return a health check for each asset that ends soon or has ended, or one check that all is well."""
    carrying = {asset.group: asset for asset in assets if asset.group}
    checks = [*_check_disabled(groups, carrying), *_check_ending(assets, today)]
    return checks or [
        ok(
            NAME,
            Sentence("No asset of the {count} groups ends within {days} days.", count=len(groups), days=NOTICE.days),
        )
    ]


def _check_disabled(groups: Iterable[GroupInfo], carrying: dict[str, GroupAsset]) -> Iterator[Check]:
    for group in groups:
        if not group.enabled:
            asset = carrying.get(group.id)
            deleted = group.deleted_on or (
                _compute_deletion_day(asset.ends) if asset is not None and asset.ends else None
            )
            what = (
                Sentence("A group is disabled since its asset has ended; Zalo deletes it after {day}.", day=deleted)
                if deleted
                else Sentence(
                    "A group is disabled since its asset has ended; Zalo deletes it {days} days after that.",
                    days=DELETION_DELAY.days,
                )
            )
            yield problem(NAME, what, _RENEW)


def _check_ending(assets: Iterable[GroupAsset], today: date) -> Iterator[Check]:
    for asset in assets:
        if asset.ends is not None and not asset.renews and today <= asset.ends <= today + NOTICE:
            if asset.used:
                what = Sentence(
                    "The asset of a group for {count} people ends on {last_day}: the group is disabled then, and "
                    "deleted after {day}.",
                    count=SIZES.get(asset.kind, "?"),
                    last_day=asset.ends,
                    day=_compute_deletion_day(asset.ends),
                )
                yield warning(NAME, what, _RENEW)
            else:
                yield warning(
                    NAME,
                    Sentence(
                        "An unused asset for a group of {count} people ends on {last_day}.",
                        count=SIZES.get(asset.kind, "?"),
                        last_day=asset.ends,
                    ),
                    "Use the asset, or let it end.",
                )


def _compute_deletion_day(ends: date) -> date:
    """Return the day on which Zalo deletes a group after its asset has ended; for an asset that never ends (in the year
    9999), return the last possible day.
    """
    return date.max if ends > date.max - DELETION_DELAY else ends + DELETION_DELAY
