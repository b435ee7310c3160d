"""Says what schedule.toml may say of a portal on WordPress. Used by ``channels.wordpress``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from channels.base import ChannelConfig, SecretRef
from channels.web.hosts import is_protected
from channels.wordpress.options import Status


def _guarded(address: str) -> str:
    """``address``, where what is sent there can't be read on the way."""
    if address and not is_protected(address):
        raise ValueError("write an address with https://: the password goes there")
    return address.rstrip("/")


Guarded = Annotated[str, AfterValidator(_guarded)]


class WordPressConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "wordpress"``.

    ``url`` is the portal's address, ``username`` the user who posts, ``password`` an application
    password of theirs. ``categories`` are those of every post; ``create_tags`` and
    ``create_categories`` let missing ones be made. ``status`` is that of posts that don't say.
    ``cover`` false: the first picture stands in the text, like the others. ``language`` is the
    portal's. ``delete_for_good`` passes the trash by. ``rest_url`` is where its REST API is, where
    that can't be found; ``redirect_uri`` where ``login`` is sent back to (WordPress 7.0 takes one
    on this machine, older ones https alone).
    """

    adapter: Literal["wordpress"] = "wordpress"
    url: Annotated[Guarded, Field(min_length=1)]
    username: str
    password: SecretRef
    categories: tuple[str, ...] = ()
    create_tags: bool = True
    create_categories: bool = False
    status: Status = "publish"
    cover: bool = True
    language: str = "vi"
    language_field: str = ""
    views_field: str = ""
    views_route: str = ""
    upload_max_mb: Annotated[float, Field(gt=0)] = 8
    delete_for_good: bool = False
    rest_url: Guarded = ""
    redirect_uri: str = ""
