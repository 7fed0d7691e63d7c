"""Tables of the fields of pydantic models."""

import ast
import inspect
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tools.reference.markdown import meanings, table


def fields(model: type[BaseModel]) -> str:
    """Return a model's purpose and the table of its fields."""
    descriptions = meanings(model.__doc__)
    written = types(model)
    rows = [
        (f"`{name}`", written[name], default(field), descriptions.get(name, ""))
        for name, field in model.model_fields.items()
    ]
    first = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
    return f"{first}\n\n{table(('Key', 'Type', 'Default', 'Meaning'), rows)}"


def types(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the fields' types as in the source, without their patterns."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    written = {ast.unparse(n.target): n.annotation for n in body.body if isinstance(n, ast.AnnAssign)}
    plain = {name: ast.unparse(_Plain().visit(annotation)) for name, annotation in written.items()}
    return {name: f"`{text.replace(' | ', ' or ')}`" for name, text in plain.items()}  # a pipe would end the cell


class _Plain(ast.NodeTransformer):
    """Turns `Annotated[X, …]` into `X`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        is_annotated = ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple)
        return node.slice.elts[0] if is_annotated and isinstance(node.slice, ast.Tuple) else node


def default(field: FieldInfo) -> str:
    """Return the text of a field's default value."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return f"`{value!r}`" if value not in ("", [], {}, ()) and value is not None else "empty"
