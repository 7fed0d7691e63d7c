"""The OpenAPI document of the API, made from the table of operations, and the page that shows it."""
