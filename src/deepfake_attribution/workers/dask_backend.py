"""joblib's Dask backend, which here also notices what Dask gives up.

joblib (1.6) waits forever for a call that Dask ends with an error of its own, a block whose workers
were lost again and again, and hands out a cancelled call's error as its result.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from joblib._dask import DaskDistributedBackend


class DaskBackend(DaskDistributedBackend):
    """joblib's backend; a call that Dask gave up raises where its result is asked for."""

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Any:
        """Hand ``func`` to the cluster; ``callback`` hears how it ended, whichever way."""

        def given_up(done: "Future[Any]") -> None:
            error = done.exception()
            if error is not None and callback is not None:
                callback(error)

        future = super().submit(func, callback)
        future.add_done_callback(given_up)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Return a call's result, or raise what ended it."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)
