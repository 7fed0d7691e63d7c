"""The storage kit: every rule that a storage backend has to keep.

    class TestMyStorage(StorageConformance):
        @pytest.fixture
        def storage_factory(self, tmp_path):
            return partial(MyStorage, f"my:///{tmp_path}/anninh")

Rules about an ability that a backend doesn't declare are skipped with the backend's reason. If members of the port are
missing, the rule S-217 lists them, and each other rule that uses one fails with a sentence.
"""

from anninh_core.testing.kits.storage.commits import CommitRules
from anninh_core.testing.kits.storage.dump import DumpRules
from anninh_core.testing.kits.storage.durability.rules import DurabilityRules, OpenerRules
from anninh_core.testing.kits.storage.inbox import InboxRules
from anninh_core.testing.kits.storage.journal_index import JournalIndexRules
from anninh_core.testing.kits.storage.keys import KeyringRules
from anninh_core.testing.kits.storage.lifecycle import LifecycleRules, ThreadRules
from anninh_core.testing.kits.storage.outbox import OutboxRules
from anninh_core.testing.kits.storage.pruning import OutcomeRules, PruningRules
from anninh_core.testing.kits.storage.records import RecordRules
from anninh_core.testing.kits.storage.search import SearchRules
from anninh_core.testing.kits.storage.small_ports import CounterRules, JournalRules, LeaseRules


class StorageConformance(
    CommitRules,
    RecordRules,
    InboxRules,
    OutboxRules,
    OutcomeRules,
    CounterRules,
    SearchRules,
    JournalRules,
    JournalIndexRules,
    KeyringRules,
    LeaseRules,
    LifecycleRules,
    ThreadRules,
    DurabilityRules,
    OpenerRules,
    DumpRules,
    PruningRules,
    kit=True,
):
    """All rules that a storage backend must keep. Override the fixture `storage_factory`."""
