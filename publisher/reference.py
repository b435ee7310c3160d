"""Writes the reference of the officers' files from the models themselves.

``python -m publisher.reference docs/reference`` writes campaign.md and schedule.md; a test keeps
what is committed equal to what is written, so the pages can't grow old.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import channels
from publisher.campaign.model import (
    Anchor,
    CampaignFile,
    FeedSource,
    FrontMatter,
    MediaFile,
    Translation,
    Variant,
)
from publisher.campaign.schema import annotated, bare, is_model, is_secret, key_of
from publisher.campaign.when import When
from publisher.rendering.render import VARIABLES
from publisher.rendering.templates import FILTERS
