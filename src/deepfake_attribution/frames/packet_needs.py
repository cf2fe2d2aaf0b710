"""What a packet of a video can be needed for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Need(Enum):
    """What depends on a packet."""

    START = "what comes before it is no longer needed"
    REFERENCE = "others are predicted from it"
    NOTHING = "no other is predicted from it"


@dataclass(frozen=True)
class Kind:
    """What a packet is needed for, and the settings of the decoder that it contains."""

    need: Need
    settings: bytes


Read = Callable[[memoryview], Kind | None]
