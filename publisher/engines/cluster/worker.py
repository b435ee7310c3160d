"""Works the queue: takes a job, turns to its delivery's channel, and sends what the store lets go.

Each job has a thread while it sends. It works through its channel for as long as there is something
to send and nobody waits for the thread. Where the queue or the database is away the worker begins
anew, ever more patiently; what is being sent meanwhile goes on, for it belongs to the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import structlog
from procrastinate import App
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.worker import Worker as QueueWorker

from publisher.delivery.courier import Courier
from publisher.engines.cluster.queue import QUEUE, TASK, Queue
from publisher.store.models import Delivery

log = structlog.get_logger("cluster")

# They log each job, and each try to connect, with tracebacks: what matters of it is told here.
for _talkative in ("procrastinate", "psycopg.pool"):
    logging.getLogger(_talkative).setLevel(logging.CRITICAL)

TURN_S = 2.0
"""How long a job may keep its thread while other channels wait for one."""

POLL_S = 1.0
"""How often the queue is looked at without being told: a job whose channel has become free is told
to nobody."""

HEARTBEAT_S = 5.0
STALLED_S = 20.0
"""A worker that gave no sign of life for so long is gone, and its jobs are removed."""

LOOK_S = 0.5
REST_MOST_S = 15.0

GIVEN_UP_S = 1.0
"""How long a queue that fails waits for the jobs that are being done; their sends go on."""


class Worker:
    """Works ``queue`` with up to ``concurrency`` channels at once, while ``may_send`` says so;
    ``turned`` is told all the time that it isn't stuck, whether or not the queue answers."""

    def __init__(
        self,
        queue: Queue,
        courier: Courier,
        concurrency: int,
        may_send: Callable[[], bool],
        turned: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._courier = courier
        self._concurrency = concurrency
        self._may_send = may_send
        self._turned = turned
        # What hangs when the queue is begun anew keeps its thread.
        self._pool = ThreadPoolExecutor(2 * concurrency + 1, thread_name_prefix="channel")
        self._guard = threading.Lock()
        self._busy: set[str] = set()
        self._sends: set[Future[None]] = set()
        self._stopping = threading.Event()
        self._jobs: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)
        self._drain_s = 0.0

    def start(self) -> None:
        self._turned()
        self._thread.start()

    def drain(self, timeout_s: float) -> bool:
        """Take nothing more and wait for what is in flight; false where some had to be left.

        What is left stays "sending" in the store, and is settled once its lease is over.
        """
        end = time.monotonic() + timeout_s
        self._drain_s = timeout_s
        self._stopping.set()
        with self._guard:
            sends = set(self._sends)
        finished = not wait(sends, timeout_s).not_done
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._thread.is_alive():
            self._thread.join(max(2.0, end - time.monotonic()))
        return finished

    # -- one job ----------------------------------------------------------------------------------

    async def _deliver(self, context: JobContext, delivery_id: int) -> None:
        number = context.job.id or 0
        self._jobs.add(number)
        try:
            send = self._pool.submit(self._work, delivery_id)
            with self._guard:
                self._sends.add(send)
            send.add_done_callback(self._forget)
            await asyncio.wrap_future(send)
        finally:
            self._jobs.discard(number)

    def _forget(self, send: Future[None]) -> None:
        with self._guard:
            self._sends.discard(send)

    def _work(self, delivery_id: int) -> None:
        """In a thread: send what may go on that delivery's channel."""
        channel = self._channel_of(delivery_id)
        if channel is None:
            return
        with self._alone(channel) as is_mine, self._courier.alerts.watch.over(f"channel {channel}"):
            begun = time.monotonic()
            while is_mine and self._goes_on(begun):
                if self._courier.deliver_next(channel) is None:
                    return

    def _channel_of(self, delivery_id: int) -> str | None:
        with (
            self._courier.alerts.watch.over("queue"),
            self._courier.database.reading() as session,
        ):
            delivery = session.get(Delivery, delivery_id)
            return delivery.channel if delivery is not None else None
        return None

    @contextlib.contextmanager
    def _alone(self, channel: str) -> Iterator[bool]:
        """Whether no other thread of this process is at that channel: a send may have outlived its
        job, and it does what there is to do."""
        with self._guard:
            is_mine = channel not in self._busy
            self._busy.add(channel)
        try:
            yield is_mine
        finally:
            if is_mine:
                with self._guard:
                    self._busy.discard(channel)

    def _goes_on(self, begun: float) -> bool:
        if self._stopping.is_set() or not self._may_send():
            return False
        others_wait = len(self._busy) >= self._concurrency
        return not others_wait or time.monotonic() - begun < TURN_S

    # -- the queue --------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.run(self._supervise())

    async def _supervise(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_unheard)
        failures = 0
        while not self._stopping.is_set():
            self._turned()
            if not self._may_send():
                await asyncio.sleep(LOOK_S)
                continue
            begun = time.monotonic()
            try:
                await asyncio.to_thread(self._queue.prepare)
                await self._work_the_queue()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is begun anew
                failures = 0 if time.monotonic() - begun > REST_MOST_S else failures + 1
                cause = error.__cause__ or getattr(error, "orig", None) or error
                log.warning("the queue can't be worked", why=type(cause).__name__)
                await self._rest(failures)

    async def _rest(self, failures: int) -> None:
        # Not all at once, when a database comes back.
        rest_s = min(REST_MOST_S, 0.25 * 2**failures) * random.uniform(0.5, 1.0)  # noqa: S311
        end = time.monotonic() + rest_s
        while not self._stopping.is_set() and time.monotonic() < end:
            await asyncio.sleep(min(LOOK_S, rest_s))

    async def _work_the_queue(self) -> None:
        """Until it fails, or this process is to send nothing more."""
        app = self._queue.worked()
        app.task(name=TASK, pass_context=True)(self._deliver)
        async with app.open_async():
            worker = QueueWorker(
                app,
                queues=[QUEUE],
                concurrency=self._concurrency,
                fetch_job_polling_interval=POLL_S,
                shutdown_graceful_timeout=GIVEN_UP_S,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_S,
            )
            tending = asyncio.create_task(self._tend(app, worker))
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                tending.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await tending

    async def _tend(self, app: App, worker: QueueWorker) -> None:
        """Stop it when it is time to; keep house in between."""
        try:
            housework = Housework(app, self._jobs)
            next_at = time.monotonic() + HEARTBEAT_S
            while not self._stopping.is_set() and self._may_send():
                self._turned()
                await asyncio.sleep(LOOK_S)
                if time.monotonic() >= next_at:
                    await housework.do(worker.worker_id)
                    next_at = time.monotonic() + HEARTBEAT_S
        finally:
            worker.shutdown_graceful_timeout = self._drain_s or GIVEN_UP_S
            worker.stop()  # type: ignore[no-untyped-call]


def _unheard(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """A job's end that couldn't be taken down: housework removes it."""
    error = context.get("exception")
    log.warning("left undone in the queue", why=type(error).__name__)


class Housework:
    """Removes jobs that nobody does any more; any process of the cluster may, and each does."""

    def __init__(self, app: App, at_work: set[int]) -> None:
        self._jobs = app.job_manager
        self._at_work = at_work
        self._suspected: set[int] = set()

    async def do(self, worker_id: int | None) -> None:
        """One look. ``worker_id`` is this process's number in the queue."""
        stalled = await self._jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_S)
        for job in stalled:
            await self._remove(job.id, "its worker is gone")
        await self._jobs.prune_stalled_workers(STALLED_S)
        if worker_id is None:
            return
        ours = await self._jobs.list_jobs_async(status=Status.DOING.value, worker_id=worker_id)
        # A job that was given to us in an answer that we never got, or whose end was never taken
        # down. One that has just begun or ended is met here, too: but not twice.
        nobodys = {job.id for job in ours if job.id is not None} - self._at_work
        for number in nobodys & self._suspected:
            await self._remove(number, "it was given to us, and is not here")
        self._suspected = nobodys

    async def _remove(self, number: int | None, why: str) -> None:
        if number is None:
            return
        # Another process may have removed it, or its own worker have come to its end.
        with contextlib.suppress(Exception):
            await self._jobs.finish_job_by_id_async(number, Status.FAILED, delete_job=True)
            log.warning("job removed", job=number, why=why)
