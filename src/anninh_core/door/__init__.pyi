from anninh_core.door.door import Door as Door
from anninh_core.door.errors import BadArguments as BadArguments
