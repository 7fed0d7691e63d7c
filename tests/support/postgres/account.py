"""The account that a server runs under: the current one, or `nobody` for root, since PostgreSQL refuses to run as
root.
"""

import os
import pwd
import stat
import tempfile
from pathlib import Path

from attrs import frozen

_MEMORY = Path("/dev/shm")
_ROOM = 2**30
_FOR_OTHERS = stat.S_IROTH | stat.S_IXOTH


@frozen
class Account:
    """A system user; both numbers are None for the current user.

    Attributes:
        user: user id.
        group: group id.
    """

    user: int | None = None
    group: int | None = None

    def can_reach(self, path: Path) -> bool:
        """Return whether this account can read and run `path`."""
        if self.user is None:
            return True
        above = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
        return above and path.stat().st_mode & _FOR_OTHERS == _FOR_OTHERS

    def take_ownership(self, folder: Path) -> None:
        """Make this account the owner of a folder and of the folder's content."""
        if self.user is None or self.group is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def new_folder(self, *, in_memory: bool = False) -> Path:
        """Create a temporary folder that only this account can enter.

        Args:
            in_memory: whether it may be in main memory, if the machine has enough space there.

        Raises:
            PermissionError: the account can't reach any temporary folder of this machine.
        """
        memory = [_MEMORY] if in_memory and _has_room(_MEMORY) else []
        tried = [*memory, Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]
        place = next((place for place in tried if self.can_reach(place)), None)
        if place is None:
            raise PermissionError(f"user {self.user} reaches none of {tried}; name a folder open to all by TMPDIR")
        folder = Path(tempfile.mkdtemp(prefix="anninh-postgres-", dir=place))
        self.take_ownership(folder)
        return folder


def _has_room(folder: Path) -> bool:
    """Return whether a folder exists, has a gigabyte free, and allows programs to run (containers often forbid it)."""
    if not folder.is_dir():
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= _ROOM and not system.f_flag & os.ST_NOEXEC


def unprivileged_account() -> Account:
    """Return the account that servers run under."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)
