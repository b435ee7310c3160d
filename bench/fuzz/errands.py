"""What an adapter is asked to do while one of its platform's answers goes wrong, and what must come
of it. Each errand says whether the adapter does such a thing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bench.fuzz.cases import Finding
from bench.fuzz.stage import Notes, Stage
from bench.fuzz.whole import whole_account, whole_reading, whole_receipt
from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    Message,
    Receipt,
    Settlement,
    TransientError,
)

_STEPS = 40


def _identify(stage: Stage) -> bool:
    whole_account(stage.done(stage.channel.identify))
    return True


def _renewed(stage: Stage) -> bool:
    """Two days later, when short-lived tokens are gone."""
    stage.channel.identify()
    stage.clock.advance(timedelta(days=2))
    whole_account(stage.done(stage.channel.identify))
    return True


def _send(stage: Stage) -> bool:
    stage.channel.identify()
    return _sent(stage, stage.message())


def _pictured(stage: Stage) -> bool:
    stage.channel.identify()
    media = stage.media()
    return bool(media) and media[0].kind == "image" and _sent(stage, stage.message(media))


def _filmed(stage: Stage) -> bool:
    stage.channel.identify()
    media = stage.media(filmed=True)
    if not media or stage.name == "zalo":  # there a film is an article's, by a wish
        return False
    return _sent(stage, stage.message(media))


def _thread(stage: Stage) -> bool:
    stage.channel.identify()
    return stage.limits.threads and _sent(stage, stage.message(replies=2))


def _sent(stage: Stage, message: Message) -> bool:
    """Sent as the courier does, and settled as the reconciler does: one post in the end."""
    came = stage.done(lambda: stage.channel.send(message, stage.journal))
    if isinstance(came, Receipt):
        whole_receipt(came)
    elif not isinstance(came, ChannelError):
        raise Finding(f"{stage.name}: send gives {type(came).__name__}")
    if not stage.proves_nothing:
        return True
    surely_not = not isinstance(came, (Receipt, AmbiguousError, CannotTellError))
    if surely_not and stage.line.took:
        raise Finding(f"{stage.name}: taken, and then {type(came).__name__}")
    if isinstance(came, TransientError | AmbiguousError):
        _settle(stage, message, in_doubt=isinstance(came, AmbiguousError))
    posts = len(stage.stand_in.published())
    if posts > 1 + len(message.replies):
        raise Finding(f"{stage.name}: {posts} posts of one")
    if isinstance(came, Receipt) and not posts:
        raise Finding(f"{stage.name}: a receipt, and no post")
    return True


def _settle(stage: Stage, message: Message, *, in_doubt: bool) -> None:
    """What the courier and the reconciler do from here on, while the platform behaves."""
    looked_up = stage.channel.settlement is not Settlement.NATIVE_KEY
    for _ in range(_STEPS):
        stage.clock.advance(timedelta(seconds=90))
        try:
            if in_doubt and looked_up:
                receipt = stage.channel.find(message, stage.since, stage.journal)
                in_doubt = False
            else:
                receipt = stage.channel.send(message, stage.journal)
            if receipt is not None:
                return
        except AmbiguousError:
            in_doubt = True
        except TransientError:
            pass
        except ChannelError:
            return


def _find(stage: Stage) -> bool:
    return _found(stage, Notes())


def _find_noted(stage: Stage) -> bool:
    return _found(stage, stage.journal)


def _found(stage: Stage, journal: Notes) -> bool:
    """The post is out: no answer that proves nothing may make it absent."""
    stage.channel.identify()
    message = stage.message()
    stage.channel.send(message, stage.journal)
    stage.clock.advance(timedelta(minutes=1))
    came = stage.done(lambda: stage.channel.find(message, stage.since, journal))
    if isinstance(came, Receipt):
        whole_receipt(came)
    elif came is None and stage.proves_nothing:
        raise Finding(f"{stage.name}: out, and found absent")
    elif came is not None and not isinstance(came, ChannelError):
        raise Finding(f"{stage.name}: find gives {type(came).__name__}")
    return not isinstance(came, CannotTellError)


def _absent(stage: Stage) -> bool:
    stage.channel.identify()
    came = stage.done(lambda: stage.channel.find(stage.message(), stage.since, stage.journal))
    if isinstance(came, Receipt):
        whole_receipt(came)
    return not isinstance(came, CannotTellError)


def _read(stage: Stage) -> bool:
    stage.channel.identify()
    receipt = stage.channel.send(stage.message(), stage.journal)
    did = {"views": 321, "impressions": 321, "reactions": 12, "comments": 3, "shares": 4}
    stage.stand_in.readers(receipt.remote_id, **did)
    stage.clock.advance(timedelta(hours=26))
    came = stage.done(lambda: stage.channel.read([receipt]))
    if isinstance(came, ChannelError):
        return True
    for name, reading in came.items():
        if name != receipt.remote_id:
            raise Finding(f"{stage.name}: a reading of another post")
        whole_reading(reading)
        if stage.proves_nothing and not reading.exists:
            raise Finding(f"{stage.name}: out, and read as gone")
    return True


def _delete(stage: Stage) -> bool:
    stage.channel.identify()
    receipt = stage.channel.send(stage.message(), stage.journal)
    came = stage.done(lambda: stage.channel.delete(receipt))
    if not isinstance(came, (bool, ChannelError)):
        raise Finding(f"{stage.name}: delete gives {type(came).__name__}")
    return True


ERRANDS: Mapping[str, Callable[[Stage], bool]] = {
    "identify": _identify,
    "renewed": _renewed,
    "send": _send,
    "pictured": _pictured,
    "filmed": _filmed,
    "thread": _thread,
    "find": _find,
    "find_noted": _find_noted,
    "absent": _absent,
    "read": _read,
    "delete": _delete,
}
