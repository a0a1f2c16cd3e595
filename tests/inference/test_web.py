"""Fetching, from a server on this machine, which only ``private=True`` may reach."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ofer.inference.web import RefusedError, WebLimits, fetch_url, public_address

LOCAL = WebLimits(size=1000, redirects=2, seconds=3, private=True)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind = self.path.strip('/').split('/')[0]
        if kind == 'hop':
            left = int(self.path.rsplit('/', 1)[1])
            self.send_response(302)
            self.send_header('Location', f'/hop/{left - 1}' if left > 1 else '/good')
            self.end_headers()
        elif kind == 'inward':
            self.send_response(302)
            self.send_header('Location', 'http://169.254.169.254/latest/meta-data')
            self.end_headers()
        elif kind == 'file':
            self.send_response(302)
            self.send_header('Location', 'file:///etc/passwd')
            self.end_headers()
        elif kind == 'drip':  # a header without end, byte by byte
            self.wfile.write(b'HTTP/1.0 200 OK\r\nX-Header: ')
            for _ in range(100):
                try:
                    self.wfile.write(b'x')
                    time.sleep(0.05)
                except OSError:
                    return
        elif kind == 'silent':
            time.sleep(2)
        elif kind == 'missing':
            self.send_error(404)
        else:
            self.send_response(200)
            if kind == 'large':
                self.send_header('Content-Length', '100000')
            self.end_headers()
            for _ in range({'endless': 1000, 'slow': 100}.get(kind, 1)):
                try:
                    self.wfile.write(b'x' * (100 if kind == 'endless' else 3))
                    time.sleep(0.1 if kind == 'slow' else 0)
                except OSError:
                    return

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope='module')
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    server.server_close()


def test_content_and_redirects(server: str) -> None:
    assert fetch_url(f'{server}/good', LOCAL) == b'xxx'
    assert fetch_url(f'{server}/hop/2', LOCAL) == b'xxx'


@pytest.mark.parametrize(
    ('path', 'words'),
    [
        ('hop/3', 'more than 2 redirects'),
        ('large', 'larger than 1000 bytes'),
        ('endless', 'larger than 1000 bytes'),
        ('file', 'file: only http'),
    ],
)
def test_limits_hold(server: str, path: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        fetch_url(f'{server}/{path}', LOCAL)


@pytest.mark.parametrize('path', ['slow', 'drip', 'silent'])
def test_time_is_limited_for_the_whole_answer(server: str, path: str) -> None:
    begin = time.monotonic()
    with pytest.raises(RefusedError, match=r'took longer than 0\.5 s'):
        fetch_url(f'{server}/{path}', WebLimits(seconds=0.5, private=True))
    assert time.monotonic() - begin < 1.5


def test_answers_other_than_content_are_errors(server: str) -> None:
    with pytest.raises(OSError, match='answered 404'):
        fetch_url(f'{server}/missing', LOCAL)
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        with pytest.raises(OSError, match=r'refused|reset'):
            fetch_url(f'http://127.0.0.1:{unused.getsockname()[1]}/', LOCAL)


def test_this_machine_and_its_network_are_not_reached(server: str) -> None:
    with pytest.raises(RefusedError, match='no public address'):
        fetch_url(f'{server}/good')


@pytest.mark.parametrize(
    'address',
    ['127.0.0.1', '10.1.2.3', '192.168.0.1', '172.16.9.9', '169.254.169.254', '0.0.0.0', '224.0.0.1', '::1', 'fe80::1', '::ffff:10.0.0.1'],
)
def test_private_addresses_are_refused_whatever_their_name(address: str) -> None:
    def resolve(host: str, port: int, **options: object) -> list[tuple]:
        return [(None, None, None, '', ('8.8.8.8', port)), (None, None, None, '', (address, port))]

    with pytest.raises(RefusedError, match='no public address'):
        public_address('innocent.example', 80, resolve=resolve)
    assert public_address('innocent.example', 80, private=True, resolve=resolve) == '8.8.8.8'


def test_a_redirect_inwards_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server counts as public here, the address that it leads to does not."""
    from ofer.inference import web

    check = web.public_address
    monkeypatch.setattr(web, 'public_address', lambda host, port, private: host if host == '127.0.0.1' else check(host, port, private))
    with pytest.raises(RefusedError, match=r'169\.254\.169\.254'):
        fetch_url(f'{server}/inward')


@pytest.mark.parametrize('url', ['ftp://example.org/a', 'file:///etc/passwd', 'http://', 'http://[::1', 'http://a:99999/'])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises((RefusedError, OSError)):
        fetch_url(url)
