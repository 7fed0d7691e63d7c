from anninh_core.testing.memory.blobs import MemoryBlobs as MemoryBlobs
from anninh_core.testing.memory.keys import MemoryKeys as MemoryKeys
from anninh_core.testing.memory.storage import MemoryStorage as MemoryStorage
