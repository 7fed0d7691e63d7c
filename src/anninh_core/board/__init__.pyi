from anninh_core.board.build import create_board as create_board
from anninh_core.board.config import BoardConfig as BoardConfig
from anninh_core.board.server import serve_board as serve_board
