"""By what accounts, sessions and tokens are found: keyed hashes, and whose they are."""

from anninh_core.ports.storages.changes import IndexSpec

ACCOUNT_SPEC = IndexSpec(kind="account", columns={"officer": str, "setup": str}, orders={"id": ()})

ACCOUNT_NAME_SPEC = IndexSpec(kind="account_name", columns={"officer": str}, orders={"id": ()})

API_TOKEN_SPEC = IndexSpec(kind="api_token", columns={"officer": str, "token": str}, orders={"id": ()})

SESSION_SPEC = IndexSpec(kind="session", columns={"officer": str, "token": str, "open": bool}, orders={"id": ()})
