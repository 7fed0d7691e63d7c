from anninh_core.operations.errors import BadArguments as BadArguments
from anninh_core.operations.gateway import OperationGateway as OperationGateway
