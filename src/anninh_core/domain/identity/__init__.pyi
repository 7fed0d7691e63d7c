from anninh_core.domain.identity.states import IdentityField as IdentityField
