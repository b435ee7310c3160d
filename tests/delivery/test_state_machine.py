"""Whatever happens, in whatever order: the guarantee holds.

Hypothesis plays officers, platforms, crashes and clocks against the real store, plan, courier and
reconciler, and looks after every step for a case in which a promise of docs/guarantee.md breaks.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from channels.base import (
    AmbiguousError,
    CannotTellError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    Receipt,
    TransientError,
)
from publisher import i18n
from publisher.delivery import lifecycle
from publisher.delivery.courier import STEPS
from publisher.delivery.lifecycle import State
from publisher.delivery.policy import LEASE
from publisher.planning.model import Identity
from publisher.store import deliveries, doubts, holds
from publisher.store.models import Delivery
from tests.delivery.world import CHANNELS, World
from tests.store.builders import planned

POSTS = ("a", "b", "c", "d", "e")
ASKED = ("c", "e")
"""The posts that at first go out only once a colleague has approved them."""

TROUBLE = ("down", "busy", "busy for 0 s", "reset", "lost", "expired", "forbidden", "bad", "bug")
MEANWHILE = (
    *(
        "another worker sends",
        "another worker sweeps",
        "the texts are edited",
        "the posts are deleted",
    ),
    *("everything is stopped", "everything goes on", "a colleague approves"),
    *("an hour goes by", "the process stands still", "the clock is set back"),
)
BLIND = (TransientError("down"), CannotTellError("never heard of it"))
EVERYTHING = (holds.EVERYTHING, "")
HOLDS = (EVERYTHING, *((holds.CHANNEL, name) for name in CHANNELS))

channels = st.sampled_from(sorted(CHANNELS))
posts = st.sampled_from(POSTS)
which = st.integers(0, 99)
halts = st.sampled_from([step for step in STEPS if "uncommitted" not in step])
"""Where others can get between: never within a transaction of the store's only writer."""
troubles = st.lists(st.sampled_from(TROUBLE), max_size=2)
minutes = st.sampled_from((1, 2, 5, 10, 20, 70)).map(lambda n: timedelta(minutes=n))


class Publishing(RuleBasedStateMachine):
    """The office, its platforms and its bad days."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        for channel in CHANNELS:
            for minute, post in enumerate(POSTS):
                due_at = self.world.clock() + timedelta(minutes=minute)
                asked = int(post in ASKED)
                asks = planned(due_at, post=post, channel=channel, approvals=asked)
                self.world.files[asks.identity] = asks
        self.world.plan()

    def teardown(self) -> None:
        """At the end all trouble is over, and every delivery must come to rest."""
        world = self.world
        for platform in world.platforms.values():
            platform.script, platform.credentials, platform.looking = [], None, None
        world.clock.move_to(world.latest)
        for _time in range(3):
            world.advance(timedelta(minutes=70))
            world.reconciler.sweep()
            for channel in CHANNELS:
                world.deliver(channel)
        world.reconciler.sweep()
        world.check()
        world.check_nothing_is_silent(at_rest=True)
        world.close()
        i18n.use_language("vi")

    # -- officers ---------------------------------------------------------------------------------

    @rule(
        post=posts,
        channel=channels,
        to=st.sampled_from((0, 0, 0, 2, 5, 30, -5, -15)).map(lambda n: timedelta(minutes=n)),
        grace=st.sampled_from([timedelta(minutes=10), timedelta(hours=1)]),
        words=st.sampled_from(["Xin chào", "Kính chào"]),
        asked=st.sampled_from([0, 0, 0, 1]),
    )
    def an_officer_writes_a_post(
        self, post: str, channel: str, to: timedelta, grace: timedelta, words: str, asked: int
    ) -> None:
        due_at = self.world.clock() + to
        asks = planned(due_at, post=post, channel=channel, grace=grace, text=words, approvals=asked)
        self.world.write(asks)

    @rule(post=posts, channel=channels)
    def an_officer_deletes_a_post(self, post: str, channel: str) -> None:
        self.world.files.pop(Identity("thu", 2027, post, channel), None)
        self.world.plan()

    @rule(post=posts)
    def a_colleague_approves_a_post(self, post: str) -> None:
        self.world.approve(post)

    @rule(hold=st.sampled_from(HOLDS), until=st.none() | minutes)
    def a_leader_stops(self, hold: tuple[str, str], until: timedelta | None) -> None:
        self.world.stop(hold, until)

    @rule()
    def a_leader_lets_go(self) -> None:
        self.world.let_go(*HOLDS)

    @precondition(lambda self: self.world.rows(State.UNCONFIRMED))
    @rule(number=which)
    def a_person_looks_and_settles_a_doubt(self, number: int) -> None:
        world, row = self.world, self._one_of(number, State.UNCONFIRMED)
        if world.platforms[row.channel].has(deliveries.identity_of(row).key):
            world.reconciler.settling.found(row, Receipt("", "", world.clock()), "Lan")
            return
        with world.database.writing() as session:
            self._afresh(session, row, lifecycle.CLEAR)
            doubts.disprove_doubts(session, deliveries.number_of(row))

    @precondition(lambda self: self.world.rows(State.FAILED))
    @rule(number=which)
    def a_person_says_again(self, number: int) -> None:
        with self.world.database.writing() as session:
            self._afresh(session, self._one_of(number, State.FAILED), lifecycle.AGAIN)

    # -- the program ------------------------------------------------------------------------------

    @rule(meets=troubles)
    def the_courier_is_called(self, meets: list[str]) -> None:
        for channel in CHANNELS:
            self._let_meet(channel, meets)
            self.world.deliver(channel)

    @rule(meets=troubles, step=st.sampled_from(STEPS))
    def the_process_is_killed_at(self, meets: list[str], step: str) -> None:
        for channel in CHANNELS:
            self._let_meet(channel, meets)
            self.world.deliver(channel, kill_at=step)

    @rule(
        meets=troubles,
        step=halts,
        happen=st.lists(st.sampled_from(MEANWHILE), min_size=1, max_size=4),
        channel=channels,
    )
    def others_act_in_the_middle_of_a_send(
        self, meets: list[str], step: str, happen: list[str], channel: str
    ) -> None:
        """With a post of its own that is due and free to go: others are mostly out or held."""
        world = self.world
        world.let_go(*HOLDS)
        fresh = planned(world.clock(), post=f"moi-{len(world.files)}", channel=channel)
        world.write(fresh)
        self._let_meet(channel, meets)
        world.deliver_while(channel, step, lambda: self._all_happens(happen))

    @rule(meets=troubles)
    def another_worker_is_called(self, meets: list[str]) -> None:
        for channel in CHANNELS:
            self._let_meet(channel, meets)
            self.world.beside.deliver_next(channel)

    @rule(meets=troubles)
    def some_minutes_go_by_with_all_at_work(self, meets: list[str]) -> None:
        for channel in CHANNELS:
            self._let_meet(channel, meets)
        for _minute in range(2):
            self.world.advance(timedelta(minutes=1))
            self.the_sweep_runs()
            for channel in CHANNELS:
                self.world.deliver(channel)

    @rule()
    def the_process_is_started_anew(self) -> None:
        self.world.begin()

    @rule()
    def the_sweep_runs(self) -> None:
        self.world.reconciler.sweep()
        self.world.reconciler.sweep()
        self.world.check_nothing_is_silent(at_rest=False)

    # -- the world outside ------------------------------------------------------------------------

    @rule(channel=channels, expired=st.booleans())
    def credentials_expire_or_are_mended(self, channel: str, expired: bool) -> None:
        error = CredentialsExpiredError("expired") if expired else None
        self.world.platforms[channel].credentials = error

    @rule(channel=channels, error=st.sampled_from([None, *BLIND]))
    def looking_up_fails_or_works(self, channel: str, error: Exception | None) -> None:
        self.world.platforms[channel].looking = error

    @rule(span=minutes)
    def time_goes_by(self, span: timedelta) -> None:
        self.world.advance(span)

    @rule(span=st.integers(1, 15).map(lambda n: timedelta(minutes=n)))
    def the_clock_is_set_back(self, span: timedelta) -> None:
        self.world.advance(-span)

    # -- always -----------------------------------------------------------------------------------

    @invariant()
    def the_guarantee_holds(self) -> None:
        self.world.check()

    def _all_happens(self, events: list[str]) -> None:
        for event in events:
            self._happens(event)

    def _happens(self, event: str) -> None:
        world = self.world
        match event:
            case "another worker sends":
                for channel in CHANNELS:
                    world.beside.deliver_next(channel)
            case "another worker sweeps":
                world.sweeper_beside.sweep()
            case "the texts are edited":
                for one in list(world.files.values()):
                    due_at, identity = one.slot.due_at, one.identity
                    world.write(
                        planned(
                            due_at,
                            post=identity.post,
                            channel=identity.channel,
                            text=f"{one.message.body.plain}!",
                        )
                    )
            case "the posts are deleted":
                world.files.clear()
                world.plan()
            case "everything is stopped":
                world.stop(EVERYTHING, None)
            case "everything goes on":
                world.let_go(EVERYTHING)
            case "a colleague approves":
                world.approve(*POSTS)
            case "an hour goes by":
                world.time_passes_in_mid_send(timedelta(hours=1))
            case "the process stands still":
                world.advance(LEASE + timedelta(minutes=5))
            case "the clock is set back":
                world.advance(-timedelta(minutes=10))

    def _let_meet(self, channel: str, troubles: list[str]) -> None:
        now = self.world.clock()
        met: dict[str, Exception | str] = {
            "down": TransientError("down"),
            "busy": RateLimitedError("busy", now + timedelta(minutes=7)),
            "busy for 0 s": RateLimitedError("busy", now),
            "reset": AmbiguousError("reset"),
            "lost": "lose",
            "expired": CredentialsExpiredError("expired"),
            "forbidden": ForbiddenError("kicked"),
            "bad": InvalidContentError("too long"),
            "bug": ZeroDivisionError("bug"),
        }
        self.world.platforms[channel].script = [met[name] for name in troubles]

    def _one_of(self, number: int, state: State) -> Delivery:
        rows = self.world.rows(state)
        return rows[number % len(rows)]

    def _afresh(self, session: deliveries.Session, row: Delivery, step: lifecycle.Move) -> None:
        now = self.world.clock()
        fresh = {"next_at": now, "expires_at": now + timedelta(hours=2)}
        assert deliveries.move(session, deliveries.number_of(row), step, now, **fresh)


pytestmark = pytest.mark.usefixtures("stores")

TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
