"""Definition of how custodians are stored."""

from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.index_specs import CUSTODIAN_SPEC
from anninh_core.usecase.kinds import Kind

CUSTODIAN = Kind(
    spec=CUSTODIAN_SPEC,
    model=Custodian,
    columns=lambda custodian: {"state": custodian.state.value, "officer": custodian.officer},
    # Custodians aren't secret, but encrypted, so that no one without the keys can insert a custodian.
    scope=lambda _: "governance:custodians",
    numbered=True,
)
