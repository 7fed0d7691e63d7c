"""Officers and their role grants. Units themselves are data of the profile."""

from datetime import date

from attrs import evolve, frozen

from anninh_core.domain.index_specs import OFFICER_SPEC
from anninh_core.domain.units.views import OfficerView, RoleGrantView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.views import ViewContext, make_view


@frozen(kw_only=True)
class RoleGrant:
    """A role of an officer on a unit and all units below it, for a period (inclusive days).

    Attributes:
        proposed_by: officer who proposed it, if it needs a second person; "" otherwise.
        confirmed_by: that second person; a proposed grant gives nothing before.
    """

    role: str
    unit: str
    valid_from: date = date.min
    valid_to: date = date.max
    proposed_by: str = ""
    confirmed_by: str = ""

    @property
    def is_proposed(self) -> bool:
        """Whether the grant waits for a second person's confirmation."""
        return bool(self.proposed_by) and not self.confirmed_by

    def is_in_force(self, day: date) -> bool:
        """Return whether the grant is in force on a day."""
        return self.valid_from <= day <= self.valid_to and not self.is_proposed

    def to_view(self, context: ViewContext) -> RoleGrantView:
        """Return the read-only view of the grant."""
        role = context.district.roles.get(self.role)
        return make_view(
            RoleGrantView,
            self,
            role_name=self.role if role is None else role.name,
            valid_from=None if self.valid_from == date.min else self.valid_from,
            valid_to=None if self.valid_to == date.max else self.valid_to,
        )


@frozen(kw_only=True)
class Officer:
    """An officer: a person with role grants.

    Attributes:
        unit: home unit; grants may be on other units.
        conversation: conversation id for chat notices, "" for none.
    """

    id: str
    name: str
    unit: str
    grants: tuple[RoleGrant, ...] = ()
    conversation: str = ""
    version: int = 0

    def granted(self, grant: RoleGrant) -> "Officer":
        """Return the officer with a further grant."""
        return evolve(self, grants=(*self.grants, grant))

    def confirmed(self, role: str, unit: str, by: str, day: date) -> "Officer":
        """Return the officer with a proposed grant in force from a day.

        Raises:
            WrongStep: there is no such proposed grant, or it was confirmed.
        """
        proposed = next(
            (grant for grant in self.grants if (grant.role, grant.unit) == (role, unit) and grant.is_proposed), None
        )
        if proposed is None:
            raise WrongStep(
                "Officer {officer} has no grant of role {role!r} on {unit!r} that waits for a second person.",
                officer=self.id,
                role=role,
                unit=unit,
            )
        in_force = evolve(proposed, confirmed_by=by, valid_from=max(day, proposed.valid_from))
        return evolve(self, grants=tuple(in_force if grant is proposed else grant for grant in self.grants))

    def revoked(self, role: str, unit: str, last_day: date) -> "Officer":
        """Return the officer with a grant ended on `last_day`."""
        open_grants = [
            grant for grant in self.grants if (grant.role, grant.unit) == (role, unit) and grant.valid_to > last_day
        ]
        if not open_grants:
            raise BadInput(
                "Officer {officer} has no open grant of role {role!r} on {unit!r} that could end on {last_day}.",
                officer=self.id,
                role=role,
                unit=unit,
                last_day=last_day,
            )
        grants = tuple(evolve(grant, valid_to=last_day) if grant in open_grants else grant for grant in self.grants)
        return evolve(self, grants=grants)

    def to_view(self, context: ViewContext) -> OfficerView:
        """Return the read-only view of the officer."""
        grants = tuple(grant.to_view(context) for grant in self.grants)
        return make_view(OfficerView, self, grants=grants, has_chat=bool(self.conversation))


OFFICER = Kind(
    spec=OFFICER_SPEC,
    model=Officer,
    columns=lambda officer: {"home": officer.unit},
    multi=lambda officer: {"role": tuple(sorted({grant.role for grant in officer.grants}))},
    scope=lambda officer: f"officer:{officer.id}",
    numbered=True,
)
