"""Fetching: from the cache, and the refusals."""

import hashlib
from pathlib import Path

import pytest

from ofer.fetch import cache_folder, fetch


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OFER_HOME', str(tmp_path / 'home'))
    monkeypatch.delenv('OFER_OFFLINE', raising=False)


def test_what_is_in_the_cache_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OFER_OFFLINE', '1')
    cache_folder().mkdir()
    (cache_folder() / 'file').write_bytes(b'content')
    assert fetch('file', [], hashlib.sha256(b'content').hexdigest(), '') == tmp_path / 'home' / 'file'


def test_offline_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OFER_OFFLINE', '1')
    with pytest.raises(FileNotFoundError, match=r'OFER_OFFLINE forbids to download it\. Copy it by hand'):
        fetch('file', ['https://example.invalid/file'], '0' * 64, 'Copy it by hand.')


def test_another_content_is_not_used(tmp_path: Path) -> None:
    (tmp_path / 'source').write_bytes(b'content')
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(('127.0.0.1', 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f'http://127.0.0.1:{server.server_port}/source'
        with pytest.raises(FileNotFoundError, match='could not be downloaded'):
            fetch('file', [url], '0' * 64, '')
        assert not (cache_folder() / 'file').exists()
        path = fetch('file', [url.replace('source', 'none'), url], hashlib.sha256(b'content').hexdigest(), '')
        assert path.read_bytes() == b'content'
        server.shutdown()
