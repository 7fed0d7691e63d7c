"""Who looks at a page, as far as what is shown hangs on it."""

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Viewer:
    """Who looks at a page.

    Attributes:
        roles: what the officer's roles are called.
        permissions: what the officer may on some unit at least.
        role_units: units on which these roles are held, the widest first.
        fresh_until: until when a second factor counts as shown just now, None where none does.
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
        """Tell whether the officer has one of some permissions, on some unit at least; always, where none is named."""
        return not permissions or not self.permissions.isdisjoint(permissions)
