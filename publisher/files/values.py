"""The kinds of value that a key may have.

Which of them was asked for is also how a fault is put into words (``sentences``). Texts are in
Unicode NFC once read.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_TIME = re.compile(r"^(\d{1,2}):(\d{2})$")


def parse_time(text: str) -> time:
    """A time of day, ``HH:MM``; raises ``ValueError``."""
    match = _TIME.match(text)
    if not match or not (int(match[1]) < 24 and int(match[2]) < 60):
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("when_time", "text between quotation marks")
    try:
        return parse_time(value)
    except ValueError:
        raise PydanticCustomError("when_time", "{value}", {"value": value}) from None


def _day(value: Any) -> Any:
    # A number would be read as seconds since 1970.
    if not isinstance(value, (str, date)):
        raise PydanticCustomError("date_type", "a date between quotation marks")
    return value


Language = Literal["vi", "en"]
Engine = Literal["local", "cluster"]
Words = Annotated[str, AfterValidator(_nfc)]
Day = Annotated[date, BeforeValidator(_day)]
YearlyDay = Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]
_WrittenTime = Annotated[str, Field(pattern=r"^\d{1,2}:\d{2}(:\d{2})?$")]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day, json_schema_input_type=_WrittenTime)]
Hashtag = Annotated[Words, Field(pattern=r"^[^\W_]\w*$", max_length=100)]
WebAddress = Annotated[Words, Field(pattern=r"^https?://\S+$")]
EmailAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Colour = Annotated[str, Field(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$")]
PictureName = Annotated[str, Field(pattern=r"^\S.*\.([pP][nN][gG]|[sS][vV][gG])$")]
HostName = Annotated[
    str, Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z][0-9A-Za-z.-]*)(:[0-9]{1,5})?$")
]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
IndicatorName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
