"""Find the conversation of an identity by a blind index stored with the identity's key, and no longer by its id.

The id of a conversation used to be made from that index. Existing conversations keep their ids, which their records are
bound to. A purged identity gets no index: its owner counts as a new resident when they write again.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
READS = ("keyring",)

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_IDENTITIES = "SELECT scope FROM keyring WHERE scope LIKE 'identity:%'"
_SET = "UPDATE keyring SET blind_index = :blind_index WHERE scope = :scope"
_ANY = sa.text("blind_index <> ''")


def upgrade() -> None:
    """Add the column of the blind index, fill it from the conversations' ids, and make the blind index unique."""
    op.add_column("keyring", sa.Column("blind_index", _WORDS, nullable=False, server_default=""))
    connection = op.get_bind()
    if indexes := list(_iter_blind_indexes(connection)):
        connection.execute(sa.text(_SET), indexes)
    op.create_index("keyring_blind", "keyring", ["blind_index"], unique=True, sqlite_where=_ANY, postgresql_where=_ANY)


def _iter_blind_indexes(connection: sa.Connection) -> Iterator[dict[str, str]]:
    for (scope,) in connection.execute(sa.text(_IDENTITIES)):
        yield {"scope": scope, "blind_index": scope.rpartition(".")[2]}
