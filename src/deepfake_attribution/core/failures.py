"""torch's errors when memory runs out or a loading process dies, as one line for the user."""

from collections.abc import Iterator
from contextlib import contextmanager

from deepfake_attribution.core.errors import UserError

# torch raises RuntimeError, or a subclass of it for a full GPU, with one of these. torch is not
# imported here: commands that run without it would wait for it.
NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")
LOST = ("exited unexpectedly", "is killed by signal")


@contextmanager
def one_line(setting: str) -> Iterator[None]:
    """Turn torch's errors about memory and about loading processes into `UserError`.

    Args:
        setting: the batch size to lower, as in params.yaml.

    Raises:
        UserError: memory ran out, or a loading process was killed or raised a `UserError`.
    """
    try:
        yield
    except UserError as error:
        raise UserError(_without_traceback(str(error))) from None
    except MemoryError as error:
        raise _memory(setting, error) from None
    except RuntimeError as error:
        if any(words in str(error) for words in NO_MEMORY):
            raise _memory(setting, error) from None
        if any(words in str(error) for words in LOST):
            raise UserError(
                "the system killed a process that loads crops, most likely because memory (or "
                "shared memory, /dev/shm) ran out: lower compute.workers in params.yaml (it "
                "changes no result) and start again"
            ) from None
        raise


def _memory(setting: str, error: BaseException) -> UserError:
    lines = str(error).strip().splitlines()
    why = f" ({lines[0]})" if lines else ""
    return UserError(f"not enough memory for a batch{why}: lower {setting} in params.yaml")


def _without_traceback(text: str) -> str:
    """Return a message without the traceback that the DataLoader puts around a worker's error."""
    if not text.startswith("Caught UserError in DataLoader worker"):
        return text
    return text.rpartition("UserError: ")[2].strip()
