"""Nothing is ever posted inside, whatever name or notation leads there; and nobody can hold us."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_address

import pytest

from maillage.apps.notifications import outside
from maillage.apps.notifications.outside import AddressRefused, NotAnswered, checked_address, is_public, post_outside

INSIDE = [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",  # noqa: S104
    "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "2001:db8::1", "2001:0:53aa:64c:0:0:80ff:fffe", "::127.0.0.1", "fe80::1%eth0",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_never_reached(address, monkeypatch):
    def resolves(*_names, **_options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("1.1.1.1", address)]

    def connects(*_to, **_options):
        raise AssertionError("it was reached")

    monkeypatch.setattr(outside.socket, "getaddrinfo", resolves)
    monkeypatch.setattr(outside.socket, "create_connection", connects)

    assert not is_public(ip_address(address))
    with pytest.raises(AddressRefused):
        post_outside("https://example.org/", b"{}", {})


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_reached_as_it_was_checked(address, monkeypatch):
    reached = []

    def connects(to, **_options):
        reached.append(to)
        raise ConnectionRefusedError

    resolved = iter([[(2, 1, 6, "", (address, 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]])
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_n, **_o: next(resolved))
    monkeypatch.setattr(outside.socket, "create_connection", connects)

    with pytest.raises(NotAnswered):
        post_outside("https://example.org/", b"{}", {})
    assert reached == [(str(ip_address(address)), 443)]  # resolved once: a name that changes its mind leads nowhere


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "https://", "https://127.0.0.1/", "https://[::1]/", "https://a@example.org/", "ftp://x/",
     "https://exa mple.org/", "https://example.org/\r\nX: y", "https://example.org:0/", "https://example.org:99999/",
     "https://[::1", "https://éxample.org/", f"https://example.org/{'a' * 600}", "", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_public_address_is_refused_when_written(address):
    with pytest.raises(AddressRefused):
        checked_address(address)


class Plain:
    """Stands for TLS, which a receiver of this machine has no certificate for."""

    def wrap_socket(self, plain, server_hostname):
        return plain


def receiver(answer: bytes, *, drip: float = 0.0, hang: bool = False):
    """Listen on this machine, and answer whoever comes in a faulty way."""
    listening = socket.create_server(("127.0.0.1", 0))
    received = []

    def serve():
        connected, _ = listening.accept()
        with listening, connected:
            received.append(connected.recv(65536))
            try:
                for sign in [answer] if not drip else [bytes([one]) for one in answer]:
                    connected.sendall(sign)
                    time.sleep(drip)
                if hang:
                    time.sleep(2)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    return f"https://127.0.0.1:{listening.getsockname()[1]}/hook?x=1", received


def posted(address: str, seconds: float = 0.5) -> int:
    return post_outside(
        address, b'{"a":1}', {"webhook-id": "w"}, seconds=seconds, may_reach=lambda _one: True, context=Plain()
    )


@pytest.mark.parametrize(
    ("answer", "status"),
    [(b"HTTP/1.1 204 No Content\r\n\r\n", 204), (b"HTTP/1.1 500 X\r\n\r\n", 500),
     (b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n", 302),
     (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 1_000_000, 200)],
    ids=["well", "500", "a redirection is not followed", "a huge body is not read"],
)  # fmt: skip
def test_the_status_alone_is_read(answer, status):
    address, received = receiver(answer)

    assert posted(address) == status
    assert received[0].startswith(b"POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert received[0].endswith(b'\r\nwebhook-id: w\r\n\r\n{"a":1}')


@pytest.mark.parametrize(
    "faulty",
    [{"answer": b"", "hang": True}, {"answer": b"HTTP/1.1 200 OK\r\n", "drip": 0.1}, {"answer": b"x" * 20_000},
     {"answer": b"not http\r\n"}, {"answer": b""}],
    ids=["hangs", "drips", "a line without end", "other words", "hangs up"],
)  # fmt: skip
def test_nobody_holds_us(faulty):
    address, _ = receiver(**faulty)
    begun = time.monotonic()

    with pytest.raises(NotAnswered):
        posted(address)
    assert time.monotonic() - begun < 1.5
