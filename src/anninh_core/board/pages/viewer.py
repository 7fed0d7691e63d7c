from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Viewer:
    """The officer who views a page, with the values that determine the page's content.

    Attributes:
        roles: names of the officer's roles.
        permissions: permissions that the officer has on at least one unit.
        role_units: units on which the officer has these roles, the widest first.
        fresh_until: until when the second factor counts as shown just now, or None.
    """

    id: str
    name: str
    unit: str
    unit_name: str
    roles: tuple[str, ...]
    permissions: frozenset[str]
    role_units: tuple[str, ...]
    fresh_until: datetime | None

    def may(self, *permissions: str) -> bool:
        """Return whether the officer has one of `permissions` on at least one unit; True if `permissions` is empty."""
        return not permissions or not self.permissions.isdisjoint(permissions)
