from anninh_core.web.api.problems.statuses import status_of as status_of
from anninh_core.web.asgi import create_asgi as create_asgi
from anninh_core.web.metrics.figures import open_metrics as open_metrics
from anninh_core.web.server import WebServer as WebServer
from anninh_core.web.server import open_background_server as open_background_server
from anninh_core.web.server import serve as serve
