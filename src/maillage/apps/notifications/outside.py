"""Posting to an address that somebody else chose: never to a private one, never for long, never following anything.

The name is resolved once, every address it gives is checked, and the connection goes to the very address that was
checked: a name that changes its mind between the two cannot lead inside. Only the status line of the answer is read.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from maillage.domain.shared import MaillageError

SECONDS = 10.0
ANSWER_MOST = 4096
ADDRESS_MOST = 500
Address = IPv4Address | IPv6Address


class AddressRefused(MaillageError):
    """An address cannot be posted to: it is not HTTPS, or leads to a machine that is not on the public Internet."""

    sentence_fr = (
        "Donnez une adresse https:// publique, sans nom d’utilisateur : les adresses internes ne sont jamais appelées."
    )
    sentence_en = "Give a public https:// address, without a user name: internal addresses are never called."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


class NotAnswered(MaillageError):
    """The other side did not answer in time, or not in HTTP; the message says how."""


def is_public(address: Address) -> bool:
    """Tell whether an IP address is a machine of the public Internet; those that embed an IPv4 one are opened."""
    if isinstance(address, IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or _translated(address)
        if address.teredo is not None or address.scope_id is not None:
            return False
        if embedded is not None:
            return is_public(embedded)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _translated(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that 64:ff9b::/96 carries, or that ::/96 wrote in former times."""
    high = int(address) >> 32
    return IPv4Address(int(address) & 0xFFFFFFFF) if high in {0, 0x64FF9B << 64} else None


def checked_address(address: str) -> SplitResult:
    """Read the address of a webhook as its administrator wrote it.

    Raises:
        AddressRefused: it is not HTTPS, names a user, or is an IP address that is not public.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as failure:
        raise AddressRefused from failure
    is_plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= ADDRESS_MOST
    if not is_plain or parts.scheme != "https" or not host or parts.username is not None or port == 0:
        raise AddressRefused
    try:
        literal = ip_address(host)
    except ValueError:
        return parts
    if not is_public(literal):
        raise AddressRefused
    return parts


def post_outside(  # noqa: PLR0913 (what to post, and what a test replaces)
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = SECONDS,
    may_reach: Callable[[Address], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> int:
    """Post a body and give the status of the answer; a redirection is an answer like another, never followed.

    Raises:
        AddressRefused: the name gives an address that may not be reached; nothing was sent.
        NotAnswered: nobody answered, in HTTP, within ``seconds``.
    """
    parts = checked_address(address) if may_reach is is_public else urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    until = time.monotonic() + seconds
    try:
        reached = _resolved(host, port, may_reach)
        with socket.create_connection((str(reached), port), timeout=seconds) as plain:
            secured = (context or ssl.create_default_context()).wrap_socket(plain, server_hostname=host)
            with secured:
                _left(secured, until)
                secured.sendall(_request(parts, host, body, headers))
                return _status(secured, until)
    except (OSError, UnicodeError) as failure:
        raise NotAnswered(type(failure).__name__) from failure


def _resolved(host: str, port: int, may_reach: Callable[[Address], bool]) -> Address:
    found = [ip_address(str(row[4][0])) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(may_reach(one) for one in found):
        raise AddressRefused
    return found[0]


def _request(parts: SplitResult, host: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    written = f"[{host}]" if ":" in host else host
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {written}{f':{parts.port}' if parts.port else ''}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "User-Agent: Maillage",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(answering: socket.socket, until: float) -> int:
    """Read the status line, and nothing after it: neither its size nor its slowness matters."""
    read = b""
    while b"\n" not in read:
        _left(answering, until)
        part = answering.recv(ANSWER_MOST)
        if not part or len(read) > ANSWER_MOST:
            raise NotAnswered("no status line")
        read += part
    words = read.split(b"\n", 1)[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit() or len(words[1]) != 3:
        raise NotAnswered("no status line")
    return int(words[1])


def _left(used: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise NotAnswered("too slow")
    used.settimeout(left)
