"""What torch says when memory ends or a loading process is lost, as one line for the user."""

from collections.abc import Iterator
from contextlib import contextmanager

from deepfake_attribution.core.errors import UserError

# torch raises RuntimeError, or for a full GPU a kind of it, with one of these. It is not imported
# here: what runs without it would wait for it.
NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")
LOST = ("exited unexpectedly", "is killed by signal")


@contextmanager
def one_line(setting: str) -> Iterator[None]:
    """Turn torch's failures for want of memory, and those of loading processes, into `UserError`.

    Args:
        setting: the batch size to lower, as in params.yaml.

    Raises:
        UserError: memory ended, a loading process was killed, or one of them raised a `UserError`.
    """
    try:
        yield
    except UserError as error:
        raise UserError(_own_words(str(error))) from None
    except MemoryError as error:
        raise _memory(setting, error) from None
    except RuntimeError as error:
        if any(words in str(error) for words in NO_MEMORY):
            raise _memory(setting, error) from None
        if any(words in str(error) for words in LOST):
            raise UserError(
                "the system ended a process that loads crops, most likely because memory (or "
                "shared memory, /dev/shm) ran out: lower compute.workers in params.yaml (it "
                "changes no result) and start again"
            ) from None
        raise


def _memory(setting: str, error: BaseException) -> UserError:
    told = str(error).strip().splitlines()
    why = f" ({told[0]})" if told else ""
    return UserError(f"not enough memory for a batch{why}: lower {setting} in params.yaml")


def _own_words(text: str) -> str:
    """Return a message without the traceback that the DataLoader puts around a worker's error."""
    if not text.startswith("Caught UserError in DataLoader worker"):
        return text
    return text.rpartition("UserError: ")[2].strip()
