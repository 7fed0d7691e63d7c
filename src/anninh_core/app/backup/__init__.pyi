from anninh_core.app.backup.backup import back_up as back_up
from anninh_core.app.backup.container import FileReader as FileReader
from anninh_core.app.backup.verification import verify as verify
