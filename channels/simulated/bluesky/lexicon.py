"""Checks a post against the lexicon app.bsky.feed.post, in the words of a PDS (0.4).

As there, fields that the lexicon doesn't have are let through, and so is a facet whose bytes are
beyond the text. Used by ``channels.simulated.bluesky``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from channels._graphemes import graphemes

COLLECTION = "app.bsky.feed.post"
IMAGE_MAX_BYTES = 1_000_000

_TID = re.compile(r"[234567a-j][234567a-z]{12}")
_URI = re.compile(r"\w+:(//)?[^\s/]\S*")
_CID = re.compile(r"b[a-z2-7]{20,}")
_AT_URI = re.compile(rf"at://did:[\w:.]+/{COLLECTION}/\w+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


class InvalidRecordError(ValueError):
    """The lexicon doesn't allow it."""


def check_key(rkey: object) -> None:
    if not isinstance(rkey, str) or not _TID.fullmatch(rkey):
        said = f'Invalid TID string (got "{rkey}") at $'
        raise InvalidRecordError(f"Invalid record key for {COLLECTION}: {said}")


def check_post(record: object) -> None:
    """Raises ``InvalidRecordError``."""
    if not isinstance(record, dict):
        raise InvalidRecordError('Missing required key "record" at $')
    if record.get("$type", COLLECTION) != COLLECTION:
        said = f"expected {COLLECTION}, got {record['$type']}"
        raise InvalidRecordError(f"Invalid $type: {said}")
    text = _required(record, "text", "record")
    size_bytes, seen = len(text.encode()), graphemes(text)
    if size_bytes > 3_000:
        _refuse(f"string too big (maximum 3000, got {size_bytes}) at $.record.text")
    if seen > 300:
        _refuse(f"grapheme too big (maximum 300, got {seen}) at $.record.text")
    moment = _required(record, "createdAt", "record")
    if not _MOMENT.fullmatch(moment) or not _is_moment(moment):
        _refuse(f'Invalid datetime (got "{moment}") at $.record.createdAt')
    languages = record.get("langs", [])
    if len(languages) > 3:
        _refuse(f"array too big (maximum 3, got {len(languages)}) at $.record.langs")
    for index, language in enumerate(languages):
        if not _LANGUAGE.fullmatch(language):
            _refuse(f'Invalid language (got "{language}") at $.record.langs[{index}]')
    for index, facet in enumerate(record.get("facets", [])):
        _check_facet(facet, f"record.facets[{index}]")
    if "embed" in record:
        _check_embed(record["embed"], "record.embed")
    if "reply" in record:
        for name in ("root", "parent"):
            _check_reference(_held(record["reply"], name, "record.reply"), f"record.reply.{name}")


def cid(content: bytes, *, raw: bool = False) -> str:
    """The content's id; a record's is of its JSON here, where it is of its CBOR there."""
    head = b"\x01\x55\x12\x20" if raw else b"\x01\x71\x12\x20"
    digest = hashlib.sha256(content).digest()
    return "b" + base64.b32encode(head + digest).rstrip(b"=").decode().lower()


def cid_of(record: Mapping[str, Any]) -> str:
    return cid(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())


def _check_facet(facet: Any, where: str) -> None:
    index = _held(facet, "index", where)
    for name in ("byteStart", "byteEnd"):
        place = index.get(name)
        if not isinstance(place, int):
            _refuse(f'Missing required key "{name}" at $.{where}.index')
        if place < 0:
            _refuse(f"integer too small (minimum 0, got {place}) at $.{where}.index.{name}")
    for number, feature in enumerate(facet.get("features", [])):
        at = f"{where}.features[{number}]"
        match str(feature.get("$type", "")).partition("#")[2]:
            case "link":
                _check_uri(_required(feature, "uri", at), f"{at}.uri")
            case "tag" if (seen := graphemes(_required(feature, "tag", at))) > 64:
                _refuse(f"grapheme too big (maximum 64, got {seen}) at $.{at}.tag")
            case "mention" if not _required(feature, "did", at).startswith("did:"):
                _refuse(f'Invalid DID (got "{feature["did"]}") at $.{at}.did')


def _check_embed(embed: Any, where: str) -> None:
    match embed.get("$type"):
        case "app.bsky.embed.images":
            images = embed.get("images", [])
            if len(images) > 4:
                _refuse(f"array too big (maximum 4, got {len(images)}) at $.{where}.images")
            for index, image in enumerate(images):
                at = f"{where}.images[{index}]"
                _required(image, "alt", at)
                _check_image(_held(image, "image", at), f"{at}.image")
                shape = image.get("aspectRatio", {"width": 1, "height": 1})
                for side in ("width", "height"):
                    pixels = shape.get(side)
                    if not isinstance(pixels, int) or pixels < 1:
                        said = f"integer too small (minimum 1, got {pixels})"
                        _refuse(f"{said} at $.{at}.aspectRatio.{side}")
        case "app.bsky.embed.external":
            external = _held(embed, "external", where)
            at = f"{where}.external"
            _check_uri(_required(external, "uri", at), f"{at}.uri")
            _required(external, "title", at)
            _required(external, "description", at)
            if "thumb" in external:
                _check_image(external["thumb"], f"{at}.thumb")
        case other:
            _refuse(f'Expected an embed (got "{other}") at $.{where}')


def _check_image(blob: Any, where: str) -> None:
    mime, size = blob.get("mimeType", ""), blob.get("size", 0)
    if blob.get("$type") != "blob" or not isinstance(blob.get("ref", {}).get("$link"), str):
        _refuse(f"Expected blob at $.{where}")
    if not mime.startswith("image/"):
        _refuse(f'Expected "image/*" (got "{mime}") at $.{where}.mimeType')
    if size > IMAGE_MAX_BYTES:
        _refuse(f"blob too big (maximum {IMAGE_MAX_BYTES}, got {size}) at $.{where}")


def _check_reference(reference: dict[str, Any], where: str) -> None:
    uri, content_id = _required(reference, "uri", where), _required(reference, "cid", where)
    if not _AT_URI.fullmatch(uri):
        _refuse(f'Invalid at-uri (got "{uri}") at $.{where}.uri')
    if not _CID.fullmatch(content_id):
        _refuse(f'Invalid CID string (got "{content_id}") at $.{where}.cid')


def _check_uri(uri: str, where: str) -> None:
    if not _URI.fullmatch(uri):
        _refuse(f'Invalid uri (got "{uri}") at $.{where}')


def _held(holder: Any, name: str, where: str) -> dict[str, Any]:
    found = holder.get(name)
    if not isinstance(found, dict):
        _refuse(f'Missing required key "{name}" at $.{where}')
    return found


def _required(holder: Any, name: str, where: str) -> str:
    found = holder.get(name)
    if not isinstance(found, str):
        _refuse(f'Missing required key "{name}" at $.{where}')
    return found


def _is_moment(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


def _refuse(said: str) -> NoReturn:
    raise InvalidRecordError(f"Invalid {COLLECTION} record: {said}")
