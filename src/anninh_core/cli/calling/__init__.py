"""Commands that call any operation of `OperationGateway` by its name."""
