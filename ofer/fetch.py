"""Files that are fetched from the web once, checked, and kept.

They are kept in ``OFER_HOME`` (default: ``ofer`` in the user's cache folder). ``OFER_OFFLINE=1`` forbids every download.
"""

import os
from collections.abc import Sequence
from pathlib import Path


def cache_folder() -> Path:
    """Where fetched files are kept; need not exist."""
    home = os.environ.get('OFER_HOME')
    if not home:
        import pooch

        home = str(pooch.os_cache('ofer'))
    return Path(home).expanduser()


def fetch(name: str, urls: Sequence[str], sha256: str, remedy: str) -> Path:
    """A file by its hash: from the cache, or downloaded there.

    Args:
        name: of the file in the cache.
        urls: of the file, tried in turn.
        sha256: of its content, hexadecimal; what has another one is discarded.
        remedy: what to do without the web, for the message.

    Returns:
        Its path.

    Raises:
        FileNotFoundError: it is not in the cache and could not be downloaded, or must not be.
    """
    import pooch

    path = cache_folder() / name
    if path.is_file() and pooch.file_hash(str(path)) == sha256:
        return path
    if os.environ.get('OFER_OFFLINE', '') not in ('', '0'):
        raise FileNotFoundError(f'{path}: not there, and OFER_OFFLINE forbids to download it. {remedy}')
    reasons = []
    for url in urls:
        try:
            return Path(pooch.retrieve(url, f'sha256:{sha256}', fname=name, path=path.parent, progressbar=False))
        except (OSError, ValueError) as error:  # no connection, or another file than the one that was checked
            reasons.append(f'{url}: {error}')
    raise FileNotFoundError(f'{path}: could not be downloaded ({"; ".join(reasons)}). {remedy}')
