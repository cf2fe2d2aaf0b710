"""Which names an attack may have."""

import re

from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL

ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
TAKEN = {REAL, "fake", "all", "unknown", "none", "null", "nan"}  # words of tables and verdicts


def check(name: str, record: Record) -> None:
    """Check that a new attack may have this name.

    Raises:
        UserError: it is empty, odd, or taken.
    """
    if not name.strip():
        raise UserError("the name of the attack is empty; give one, such as FaceSwap")
    if not ALLOWED.fullmatch(name):
        raise UserError(
            f"{name!r}: not a name for an attack: use up to 64 letters, digits and . _ + -, and "
            "begin with a letter or a digit"
        )
    if name.casefold() in TAKEN:
        raise UserError(f"{name}: not a name for an attack, because tables use this word")
    for one in record.every_class:
        if one.casefold() == name.casefold():
            raise UserError(
                f"{name}: the bundle knows {one} already: give a new attack another name; for more "
                "clips of an enrolled one, undo and enrol all of them"
            )
