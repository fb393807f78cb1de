"""The small changes that make a mutant of a module.

Only what is run is changed: the bodies of functions and methods. Annotations, texts and
what is said to those who made a mistake stay as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import attrs

_FLIPPED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REPLACED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OPPOSITE = {"min": "max", "max": "min", "any": "all", "all": "any"}


@attrs.frozen
class Edit:
    """One change.

    Attributes:
        module: The module in which it is made.
        line: Where.
        before: What stood there.
        after: What stands there instead.
        index: Which change of the module it is, in the order of the text.
    """

    module: str
    line: int
    before: str
    after: str
    index: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.before}  ->  {self.after}"


def edits(module: str, text: str) -> list[Edit]:
    """Return every change that is made of a module."""
    return [
        Edit(module, node.lineno, _told(node), _told(changed), index)
        for index, (_, node, changed) in enumerate(_changes(ast.parse(text)))
    ]


def mutant(text: str, index: int) -> ast.Module:
    """Return a module with one of its changes made."""
    tree = ast.parse(text)
    parent, node, changed = list(_changes(tree))[index]
    for name, held in ast.iter_fields(parent):
        if held is node:
            setattr(parent, name, changed)
        elif isinstance(held, list):
            held[:] = [changed if one is node else one for one in held]
    return ast.fix_missing_locations(tree)


def _told(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


_Change = tuple[ast.AST, ast.stmt | ast.expr, ast.stmt | ast.expr]


def _changes(tree: ast.Module) -> Iterator[_Change]:
    """Yield each thing that can be changed, what holds it, and what it becomes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.Module):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    for statement in one.body:
                        yield from _inside(one, statement)


def _inside(parent: ast.AST, node: ast.AST) -> Iterator[_Change]:
    if isinstance(node, ast.stmt | ast.expr):
        yield from ((parent, node, changed) for changed in _becomes(node))
    for name, held in ast.iter_fields(node):
        if name in _QUIET:
            continue
        for one in held if isinstance(held, list) else [held]:
            if isinstance(one, ast.AST) and not _is_quiet(one):
                yield from _inside(node, one)


_QUIET = ("annotation", "returns", "decorator_list", "pattern", "exc", "msg")


def _is_quiet(node: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.JoinedStr() | ast.Raise():
            return True
        case ast.Expr(value=ast.Constant()):
            # A docstring.
            return True
        case ast.Call(func=ast.Name(id="isinstance" | "cast" | "assert_never")):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
        case _:
            return False


def _becomes(node: ast.stmt | ast.expr) -> Iterator[ast.stmt | ast.expr]:
    """Yield what one thing may become, what it holds left as it is."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    else:
        yield from _operations(node)
        yield from _values(node)


def _statements(node: ast.stmt) -> Iterator[ast.stmt | ast.expr]:
    match node:
        case ast.If(test=test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _with(node, value=ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.copy_location(ast.Pass(), node)
        case ast.AugAssign():
            yield ast.copy_location(ast.Pass(), node)
        case ast.Continue():
            yield ast.copy_location(ast.Break(), node)
        case ast.Break():
            yield ast.copy_location(ast.Continue(), node)
        case _:
            return


def _operations(node: ast.expr) -> Iterator[ast.stmt | ast.expr]:
    match node:
        case ast.Compare(ops=[op]):
            for flipped in _FLIPPED[type(op)]:
                yield _with(node, ops=[flipped()])
        case ast.BinOp(op=op) if type(op) in _REPLACED:
            yield _with(node, op=_REPLACED[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case _:
            return


def _values(node: ast.expr) -> Iterator[ast.stmt | ast.expr]:
    match node:
        case ast.Constant(value=bool(value)):
            yield _with(node, value=not value)
        case ast.Constant(value=int(value)):
            yield _with(node, value=value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in _OPPOSITE:
            yield _with(node, func=ast.Name(_OPPOSITE[name], ast.Load()))
        case ast.IfExp():
            yield _with(node, body=node.orelse, orelse=node.body)
        case _:
            return


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with(node: ast.stmt | ast.expr, **fields: object) -> ast.stmt | ast.expr:
    changed = copy.copy(node)
    for name, held in fields.items():
        setattr(changed, name, held)
    return changed
