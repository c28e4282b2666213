"""Executors beside this machine's processes: a Dask cluster, if the extra ``cluster`` is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

from ..scenarios.sentences import Told, t


class ClusterError(Told, RuntimeError):
    """A cluster that is not installed, or cannot be reached."""


Lost = tuple[type[BaseException], ...]


@contextmanager
def executor(dask: str | None) -> Iterator[tuple[Callable[[], Executor] | None, Lost]]:
    """Yield what makes an executor, ``None`` for the usual processes, and how that says that a worker is gone.

    Args:
        dask: Address of a Dask scheduler, ``"local"`` for one on this machine, or ``None``.

    Raises:
        ClusterError: If Dask is not installed, or there is no scheduler at the address.
    """
    if dask is None:
        yield None, (BrokenExecutor,)
        return
    try:
        distributed: Any = import_module("distributed")  # untyped, and perhaps not there
    except ModuleNotFoundError:
        raise ClusterError(t("Dask is not installed; it comes with the extra cluster: make venv EXTRAS=dev,cluster, or "
                             "pip install 'cogov[cluster]'")) from None  # fmt: skip
    with ExitStack() as stack:
        try:
            cluster: Any = dask
            if dask == "local":
                cluster = stack.enter_context(distributed.LocalCluster(threads_per_worker=1, dashboard_address=None))
            client = stack.enter_context(distributed.Client(cluster))
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(t("--dask {address}: no scheduler answers ({reason})", address=dask,
                                 reason=error)) from None  # fmt: skip
        yield client.get_executor, (distributed.KilledWorker,)
