from anninh_storage.local_blobs import LocalBlobs as LocalBlobs
from anninh_storage.local_keys import LocalKeys as LocalKeys
from anninh_storage.postgres.storage import PostgresStorage as PostgresStorage
from anninh_storage.sqlite.storage import SqliteStorage as SqliteStorage
