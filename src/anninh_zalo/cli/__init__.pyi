from anninh_zalo.cli.top import zalo as zalo
