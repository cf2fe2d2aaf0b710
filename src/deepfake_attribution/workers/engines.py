"""joblib's loop over blocks of work: on this machine, or on a Dask cluster.

What a call does is done by a process apart (`apart`), here as there. So on this machine the loop's
own workers are threads that wait; on a cluster they are the threads of Dask's workers.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from joblib import Parallel, cpu_count, parallel_config

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Compute

ANSWER = 30.0  # seconds that a scheduler has to answer, and to have a worker
AHEAD = "4*n_jobs"  # calls that wait at the cluster: workers that join later find some
LOCAL = "set compute.engine to local"
AGAIN = "start again: a stage goes on from its finished blocks"


def spread(calls: Iterable[Any], count: int, compute: Compute) -> Iterator[Any]:
    """Yield the results of joblib's delayed ``calls`` as they come.

    Args:
        calls: taken as they are needed.
        count: how many they are.
        compute: how the work is spread.

    Raises:
        UserError: the cluster is not there, or does not stay there.
    """
    if compute.engine == "dask":
        yield from _on_cluster(calls, compute.scheduler)
        return
    jobs = min(compute.workers or cpu_count(), max(count, 1))
    yield from Parallel(
        n_jobs=jobs, backend="threading", return_as="generator_unordered", batch_size=1
    )(calls)


def _on_cluster(calls: Iterable[Any], address: str) -> Iterator[Any]:
    try:
        from distributed.scheduler import KilledWorker

        from deepfake_attribution.workers.dask_backend import DaskBackend
    except ImportError as error:
        raise UserError(
            f"compute.engine is dask, but {error.name} is not installed: "
            f"`pip install 'deepfake-attribution[cluster]'`, or {LOCAL}"
        ) from None
    with _client(address) as client:
        with parallel_config(backend=DaskBackend(client=client, wait_for_workers_timeout=0)):
            loop = Parallel(
                return_as="generator_unordered", batch_size=1, pre_dispatch=AHEAD, n_jobs=-1
            )
        try:
            yield from loop(calls)
        except KilledWorker as error:
            raise UserError(
                f"{address}: Dask gave a block up, for {error.allowed_failures + 1} of its workers "
                "were lost while they had it: see their logs (memory? a time limit of the queue?), "
                f"and {AGAIN}"
            ) from error
        except Exception as error:
            if client.status == "running":
                raise
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
