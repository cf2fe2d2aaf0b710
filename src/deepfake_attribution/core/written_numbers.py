"""What somebody meant who wrote a text where a setting is a number: ``0,5``, ``pi/2``, ``15``."""

import ast
import math
import operator
import re
from collections.abc import Callable

NAMES = {"pi": math.pi}
OPERATIONS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
LONGEST = 40  # characters of an expression


def advice(text: str, whole: bool) -> str:
    """Return '; write ...' with the number that ``text`` means; empty if it means none.

    Args:
        text: the value of a setting.
        whole: whether the setting is a whole number.
    """
    comma = re.fullmatch(r"\s*([+-]?\d*),(\d+)\s*", text)
    percent = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", text)
    if comma:
        meant, how = _value(f"{comma[1]}.{comma[2]}"), " (a point, not a comma)"
    elif percent:
        meant, how = float(percent[1]) / 100, " (a share, not percent)"
    else:
        meant = _value(text)
        plain = re.fullmatch(r"\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*", text)
        how = " (without quotes)" if plain else " (a number, not an expression)"
    if meant is None or not math.isfinite(meant) or (whole and meant != int(meant)):
        return ""
    return f"; write {int(meant) if whole else meant!r}{how}"


def _value(text: str) -> float | None:
    """Return the value of a short expression of numbers and pi; None if it is none."""
    try:
        tree = ast.parse(text.strip() if len(text) <= LONGEST else "", mode="eval")
        return float(_computed(tree.body))
    except (ArithmeticError, KeyError, SyntaxError, ValueError):
        return None


def _computed(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.Name):
        return NAMES[node.id]
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](_computed(node.operand))
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_computed(node.left), _computed(node.right))
    raise ValueError("not an expression of numbers")
