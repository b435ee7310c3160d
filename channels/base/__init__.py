"""The contract between Publisher and a platform: everything an adapter gets, gives and may raise.

An adapter is one class in one file of this package, named like its platform. It publishes one
message at a time, settles a doubt about one, and reads back how many people were reached. It holds
no queue, no retry and no schedule: the courier does that, by what the adapter *raises*. An error
therefore carries the decision and callers never read its text.

Read in this order: ``channel`` (the verbs), ``message`` (what is sent), ``answers`` (what comes
back), ``errors``, ``limits``, ``context`` (what an adapter is given), ``config`` and ``options``
(its keys in schedule.toml and in posts), ``look``.
Everything is imported from here.

Times are aware datetimes. Sizes are bytes. Lengths are in whatever the platform counts, by
``Limits.measure``. Nothing here knows of ``publisher``.
"""

from channels.base.answers import (
    Account,
    AccountFigures,
    Metric,
    Reading,
    Receipt,
)
from channels.base.channel import (
    Channel,
    Settlement,
)
from channels.base.config import (
    SECRET,
    Address,
    ChannelConfig,
    SecretRef,
    ZoneName,
    secret_keys,
)
from channels.base.context import (
    Context,
    Journal,
    MediaHost,
    Person,
    Seal,
)
from channels.base.errors import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.base.limits import (
    Limits,
)
from channels.base.look import CardSize, Look, Shape, VideoShape
from channels.base.message import (
    SUBTITLES,
    Dialect,
    Facet,
    Kind,
    Media,
    Message,
    Text,
)
from channels.base.options import ChannelOptions, options_of

__all__ = [
    "N_",
    "SECRET",
    "SUBTITLES",
    "Account",
    "AccountFigures",
    "Address",
    "AmbiguousError",
    "CannotTellError",
    "CardSize",
    "Channel",
    "ChannelConfig",
    "ChannelError",
    "ChannelOptions",
    "Context",
    "CredentialsExpiredError",
    "Dialect",
    "Facet",
    "ForbiddenError",
    "InvalidContentError",
    "Journal",
    "Kind",
    "Limits",
    "Look",
    "Media",
    "MediaHost",
    "Message",
    "Metric",
    "Person",
    "RateLimitedError",
    "Reading",
    "Receipt",
    "Seal",
    "SecretRef",
    "Settlement",
    "Shape",
    "Text",
    "TransientError",
    "VideoShape",
    "ZoneName",
    "options_of",
    "secret_keys",
]
