"""Downloading an image from the web, with limits for untrusted URLs.

Every address, of redirects too, is resolved first; only public ones are connected to, and to exactly the address that was checked.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

_CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)


class RefusedError(ValueError):
    """A URL is not downloaded; the message has the reason."""


@dataclass(frozen=True)
class WebLimits:
    """Limits of a download.

    Args:
        size: maximum size of the content, bytes.
        redirects: maximum number of redirects.
        seconds: maximum time, including the connection; the resolution of names has the limit of the system.
        private: whether addresses of private networks and of this machine may be connected to.
    """

    size: int = 20_000_000
    redirects: int = 3
    seconds: float = 20.0
    private: bool = False


def fetch_url(url: str, limits: WebLimits = WebLimits()) -> bytes:  # frozen
    """The content at a URL.

    Args:
        url: ``http://`` or ``https://``.
        limits: see there.

    Raises:
        RefusedError: a private address, another scheme, or more than the limits allow.
        OSError: no connection, or an answer other than the content.
    """
    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.redirects + 1):
        found = _request(url, limits, deadline)
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise RefusedError(f'more than {limits.redirects} redirects')


def public_address(host: str, port: int, private: bool = False, resolve: Callable = socket.getaddrinfo) -> str:
    """An address of the host.

    Args:
        host: name or address.
        port: for the resolver.
        private: whether private addresses are allowed.
        resolve: as :func:`socket.getaddrinfo`.

    Raises:
        RefusedError: one of its addresses is private, reserved or of this machine.
        OSError: the name cannot be resolved.
    """
    try:
        addresses = [entry[4][0] for entry in resolve(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise OSError(f'{host}: cannot be resolved ({error})') from error
    if not addresses:
        raise OSError(f'{host}: has no address')
    for address in addresses:
        plain = ipaddress.ip_address(address.split('%')[0])
        plain = getattr(plain, 'ipv4_mapped', None) or plain
        if not private and (not plain.is_global or plain.is_multicast):
            raise RefusedError(f'{host} is {address}, which is no public address')
    return addresses[0]


def _request(url: str, limits: WebLimits, deadline: float) -> bytes | str:
    """The content, or the target of a redirect."""
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise RefusedError(f'no valid URL ({error})') from error
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise RefusedError(f'{parts.scheme or "no scheme"}: only http:// and https:// are fetched')
    address = public_address(parts.hostname, port or (443 if parts.scheme == 'https' else 80), limits.private)
    connection = _connection(parts, port, address, partial(_left, deadline, limits))
    try:
        path = (parts.path or '/') + (f'?{parts.query}' if parts.query else '')
        connection.request('GET', path, headers={'User-Agent': 'ofer', 'Accept': 'image/*', 'Accept-Encoding': 'identity'})
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and answer.getheader('Location'):
            return str(answer.getheader('Location'))
        if answer.status != 200:
            raise OSError(f'answered {answer.status} {answer.reason}')
        if int(answer.getheader('Content-Length') or 0) > limits.size:
            raise RefusedError(f'larger than {limits.size} bytes')
        return _content(answer, limits)
    except (http.client.HTTPException, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        raise OSError(f'no valid answer ({type(error).__name__}: {error})') from error
    finally:
        connection.close()


class _TimedStream(io.RawIOBase):
    """The stream of a socket, each read of which may take the time that is left: a socket's own limit begins again with each byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, left: Callable[[], float]) -> None:
        self._raw, self._sock, self._left = raw, sock, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._left())
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            self._left()
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, left: Callable[[], float], **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_TimedStream(self.fp.detach(), sock, left))


def _connection(parts: SplitResult, port: int | None, address: str, left: Callable[[], float]) -> http.client.HTTPConnection:
    """A connection to ``address`` under the name of the URL's host, within the time that is left."""
    host, seconds = str(parts.hostname), left()
    if parts.scheme == 'https':
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)

    def connect(target: tuple[str, int], *args: object, **kwargs: object) -> socket.socket:
        found = socket.create_connection((address, target[1]), timeout=seconds)
        found.settimeout(left())  # for the handshake of TLS
        return found

    connection._create_connection = connect  # type: ignore[attr-defined]
    connection.response_class = partial(_TimedResponse, left=left)  # type: ignore[assignment]
    return connection


def _content(answer: http.client.HTTPResponse, limits: WebLimits) -> bytes:
    content = bytearray()
    while chunk := answer.read1(_CHUNK):
        content += chunk
        if len(content) > limits.size:
            raise RefusedError(f'larger than {limits.size} bytes')
    return bytes(content)


def _left(deadline: float, limits: WebLimits) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise RefusedError(f'took longer than {limits.seconds:g} s')
    return left
