"""Runs the application with uvicorn."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from tempfile import TemporaryDirectory

import uvicorn

from ofer.serving.app import LOOPBACK, build_app
from ofer.serving.service import Service

_FOLDER = 'GRADIO_TEMP_DIR'


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone.

    >>> is_loopback('127.0.0.1'), is_loopback('localhost'), is_loopback('0.0.0.0')
    (True, True, False)
    """
    try:
        return host == 'localhost' or ip_address(host).is_loopback
    except ValueError:
        return False


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that is bound but does not listen yet; port 0: any free one.

    Raises:
        OSError: the port is taken, or the address is not of this machine; the message has the remedy.
    """
    found = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError) as error:
        found.close()
        raise OSError(f'{host}:{port}: {error}. Choose another --port (0: any free one) or --host.') from error
    return found


@contextmanager
def folder_of_uploads() -> Iterator[None]:
    """Let Gradio keep the uploads of the page in a folder that ends with the server."""
    before = os.environ.get(_FOLDER)
    with TemporaryDirectory(prefix='ofer-serve-') as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]
            if before is not None:
                os.environ[_FOLDER] = before


def serve(
    service: Service,
    host: str = '127.0.0.1',
    port: int = 8000,
    page: bool = True,
    hosts: Sequence[str] = (),
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until the process is interrupted.

    Args:
        service: what to serve.
        host: address to listen at.
        port: 0 for any free one.
        page: whether with the page for the browser.
        hosts: names under which the server may be addressed; none given: those of the loopback, or any at another address.
        ready: called with the address of the server before it starts.

    Raises:
        OSError: see :func:`open_socket`.
    """
    names = tuple(hosts) or (LOOPBACK if is_loopback(host) else ('*',))
    with open_socket(host, port) as found, folder_of_uploads():
        config = uvicorn.Config(build_app(service, page, names), log_level='warning', timeout_graceful_shutdown=3)
        if ready is not None:
            ready(f'http://{f"[{host}]" if ":" in host else host}:{found.getsockname()[1]}')
        uvicorn.Server(config).run([found])
