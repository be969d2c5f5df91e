"""What can be sent, and a ValueError in one line for what cannot: the HTTP client would say that there is no answer."""

from __future__ import annotations

import re

import httpx

__all__ = ["address", "header", "token"]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN = re.compile(r"[!-~]+")
_MOST_PORT = 65_535


def address(text: str) -> str:
    """The address of a service, without a slash at its end."""
    try:
        parsed = httpx.URL(text)
        usable = parsed.scheme in ("http", "https") and bool(parsed.host) and (parsed.port or 0) <= _MOST_PORT
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise ValueError(f"base_url or UNDERSTUDY_URL: got {text!r}; allowed: an address such as http://localhost:8080")
    return text.rstrip("/")


def token(text: str) -> str:
    """A token, which is not repeated in the error."""
    if not _TOKEN.fullmatch(text):
        raise ValueError(
            "token or UNDERSTUDY_TOKEN: got something that is not repeated here; allowed: the token alone, in"
            " one line of ASCII without blanks"
        )
    return text


def header(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as it is sent. In bytes, because httpx takes only ASCII as text; the service reads UTF-8."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"headers: got the name {name!r}; allowed: letters, digits and -")
    text = value.strip(" \t")
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        octets = None
    if octets is None or _CONTROL.search(text):
        # others may be secrets
        shown = repr(value) if name == "X-Actor" else "something that is not repeated here"
        raise ValueError(f"{name}: got {shown}; allowed: text in one line, without control characters")
    return name.encode(), octets
