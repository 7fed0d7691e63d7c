"""Functions that write tables of the fields of pydantic models."""

import ast
import inspect
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tools.reference.markdown import read_attribute_meanings, write_table


def describe_fields(model: type[BaseModel]) -> str:
    """Return a model's purpose and the table of its fields."""
    descriptions = read_attribute_meanings(model.__doc__)
    written = read_types(model)
    rows = [
        (f"`{name}`", written[name], format_default(field), descriptions.get(name, ""))
        for name, field in model.model_fields.items()
    ]
    first = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
    return f"{first}\n\n{write_table(('Key', 'Type', 'Default', 'Meaning'), rows)}"


def read_types(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the type of each field of a model as written in the source, without patterns of `Annotated`."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    written = {ast.unparse(n.target): n.annotation for n in body.body if isinstance(n, ast.AnnAssign)}
    plain = {name: ast.unparse(_AnnotatedRemover().visit(annotation)) for name, annotation in written.items()}
    # A pipe would end the table's cell.
    return {name: f"`{text.replace(' | ', ' or ')}`" for name, text in plain.items()}


class _AnnotatedRemover(ast.NodeTransformer):
    """A transformer of syntax trees that replaces `Annotated[X, …]` by `X`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        is_annotated = ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple)
        return node.slice.elts[0] if is_annotated and isinstance(node.slice, ast.Tuple) else node


def format_default(field: FieldInfo) -> str:
    """Return the text for the default value of a field of a model."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return f"`{value!r}`" if value not in ("", [], {}, ()) and value is not None else "empty"
