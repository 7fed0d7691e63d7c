"""The board: pages on which officers do their work, made on a server, for any browser.

A page asks the door's operations and nothing else, so that it shows what may leave and no more. It works by links and
forms alone; the script makes it smoother. `screens` has one folder a subject.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.board.build import create_board
    from anninh_core.board.config import BoardConfig
    from anninh_core.board.server import serve_board

__all__ = ["BoardConfig", "create_board", "serve_board"]

lazy(__name__, {"BoardConfig": "config", "create_board": "build", "serve_board": "server"})
