"""Calls spread over this machine, or over a Dask cluster.

In both cases a separate process (`apart`) runs each call. The threads of this process, or of Dask's
workers, only wait for it. Both are executors of `concurrent.futures`.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

from joblib import cpu_count

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Compute

ANSWER = 30.0  # seconds that a scheduler has to answer, and to have a worker
LOCAL = "set compute.engine to local"
AGAIN = "start again: a stage goes on from its finished blocks"


def spread(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], compute: Compute
) -> Iterator[Any]:
    """Yield the result of a call for each member of ``arguments``, in order of completion.

    Args:
        function: of a module, so that another machine can import it.
        arguments: of each call.
        compute: how the work is spread.

    Raises:
        UserError: the cluster cannot be reached, or is lost.
    """
    on_cluster = compute.engine == "dask"
    with _cluster(compute.scheduler) if on_cluster else _threads(len(arguments), compute) as pool:
        for future in as_completed([pool.submit(function, *each) for each in arguments]):
            yield future.result()


@contextmanager
def _threads(calls: int, compute: Compute) -> Iterator[Executor]:
    pool = ThreadPoolExecutor(min(compute.workers or cpu_count(), max(calls, 1)))
    try:
        yield pool
    finally:
        # After an error, running calls end with their processes, so nobody waits for them.
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """Connect to the Dask cluster at ``address``.

    Dask repeats the calls of a lost worker on others, and gives up a call that was lost often.
    """
    try:
        from distributed import KilledWorker
    except ImportError as error:
        raise UserError(
            f"compute.engine is dask, but {error.name} is not installed: "
            f"`pip install dask distributed`, or {LOCAL}"
        ) from None
    with _client(address) as client:
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise UserError(
                f"{address}: Dask gave up a block, because {error.allowed_failures + 1} of its "
                "workers were lost while they worked on it: see their logs (memory? a time limit "
                f"of the queue?), and {AGAIN}"
            ) from error
        except CancelledError as error:  # by the client itself, of all calls
            raise UserError(f"{address}: the Dask scheduler is gone: {AGAIN}") from error


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """Connect to the scheduler at ``address`` and wait for a first worker.

    Raises:
        UserError: there is none.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:  # ValueError: not an address
        raise UserError(
            f"compute.scheduler: no Dask scheduler answers at {address!r} "
            f"({type(error).__name__}): start one with `dask scheduler`, or {LOCAL}"
        ) from None
    try:
        try:
            client.wait_for_workers(1, timeout=ANSWER)
        except TimeoutError:
            raise UserError(
                f"compute.scheduler: {address} has no worker: start some with "
                f"`dask worker {address}`, or {LOCAL}"
            ) from None
        yield client
    finally:
        client.close()
