"""Weights by name: those of the package, and further ones that are downloaded once.

Further weights are listed in ``ofer/weights/index.json``, and in a file of the same form that ``OFER_INDEX`` names, such as a laboratory's
own::

    {"recogniser_large": {"urls": ["https://..."], "sha256": "..."}}

They are kept in ``OFER_HOME``; ``OFER_OFFLINE=1`` forbids downloads. See :mod:`ofer.fetch`.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ofer.fetch import fetch
from ofer.weights import FOLDER, INDEX, OF_PACKAGE, SHIPPED, located, read_cards, shipped_file

if TYPE_CHECKING:
    from torch import nn

DEFAULT = 'default'
DEFAULTS = {DEFAULT: 'recogniser', 'deoccluder': 'deoccluder'}
"""Weights that come with the package, by the names that users give them."""
OWN_INDEX = 'OFER_INDEX'
HELP = 'On a machine with the web: `ofer download --all --to DIR`; then set OFER_HOME=DIR here.'


@dataclass(frozen=True)
class Remote:
    """A file on the web.

    Attributes:
        file: its name in the cache.
        urls: tried in turn.
        sha256: of its content.

    Examples:
        >>> Remote('a.pth', ('https://example.org/a.pth',), '0' * 64).file
        'a.pth'
    """

    file: str
    urls: tuple[str, ...]
    sha256: str

    def get(self) -> Path:
        """The file, from the cache or the web.

        Raises:
            FileNotFoundError: it could not be downloaded, or must not be.
        """
        return fetch(self.file, self.urls, self.sha256, HELP)


def remote_weights() -> dict[str, Remote]:
    """Weights on the web by name.

    Raises:
        FileNotFoundError: ``OFER_INDEX`` names no file.
        ValueError: an index cannot be read; the message names file and entry.

    Examples:
        >>> sorted(set(remote_weights()) - set(pretrained()))
        []
    """
    files = [FOLDER / INDEX]
    if os.environ.get(OWN_INDEX):
        files.append(Path(os.environ[OWN_INDEX]).expanduser())
        if not files[-1].is_file():
            raise FileNotFoundError(f'{files[-1]}: no such index of weights, but {OWN_INDEX} names it')
    found: dict[str, Remote] = {}
    for file in files:
        try:
            for name, entry in json.loads(file.read_text(encoding='utf-8')).items():
                urls, sha256 = tuple(entry['urls']), str(entry['sha256'])
                found[name] = Remote(_file_name(name, urls[0], sha256), urls, sha256)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f'{file}: expected {{"NAME": {{"urls": [...], "sha256": "..."}}}} ({error!r})') from error
    return found


def _file_name(name: str, url: str, sha256: str) -> str:
    return f'{name}-{sha256[:8]}{Path(urlsplit(url).path).suffix}'


def pretrained() -> list[str]:
    """Names of weights, those of the package first.

    >>> 'recogniser' in pretrained()
    True
    """
    return list(dict.fromkeys([*SHIPPED, *sorted(remote_weights())]))


def weights_file(weights: str | Path, model: Any = None) -> Path:
    """The file that is meant.

    Args:
        weights: a path; a name of :func:`pretrained`; ``ofer::NAME``, weights of the package as configs name them;
            ``https://...#sha256=HASH``; or ``'default'``: the weights of the package for ``model``.
        model: name of a config or of weights.

    Raises:
        FileNotFoundError: it has to be downloaded, and cannot.
        ValueError: no weights belong to the model, or a URL has no hash.

    Examples:
        >>> weights_file('recogniser').suffix
        '.safetensors'
    """
    text = str(weights)
    if text == DEFAULT:
        text = _default_of(model)
    if text.startswith(('https://', 'http://')):
        url, _, sha256 = text.partition('#sha256=')
        if not sha256:
            raise ValueError(f'{text}: add #sha256=HASH; weights from the web are only used if they are the ones that were checked')
        return Remote(_file_name('web', url, sha256), (url,), sha256).get()
    if text.startswith(OF_PACKAGE):
        return located(text)
    if isinstance(weights, str) and not Path(text).exists():
        if text in SHIPPED:
            return shipped_file(text)
        if text in (found := remote_weights()):
            return found[text].get()
    return Path(text)


def _default_of(model: Any) -> str:
    """Name of the weights of the package for a config, or of a model that is called as its weights."""
    if isinstance(model, str):
        model = DEFAULTS.get(model, model)
        if model in pretrained():
            return model
        by_config = {card['config']: name for name, card in read_cards(FOLDER).items()}
        if model in by_config:
            return by_config[model]
    raise ValueError(f"weights='default': none come with the package for {model}. There are: {', '.join(pretrained())}")


def fill_described(network: 'nn.Module', state: Mapping[str, Any], meta: Mapping[str, Any], source: str | Path) -> None:
    """Put the weights of a described model into it. Tensors that no prediction reads may have been left out of the file, and frozen priors
    that have a file of their own.

    Raises:
        FileNotFoundError: the file of a prior does not exist.
        ValueError: they do not fit.

    Examples:
        >>> import torch
        >>> fill_described(layer := torch.nn.Linear(1, 1, bias=False), {'weight': torch.ones(1, 1)}, {}, 'a file')
        >>> layer.weight.item()
        1.0
    """
    from ofer.engine.checkpoints.weights import fill, with_priors

    own = network.state_dict()
    unread = {name: own[name] for name in meta.get('unread', ()) if name in own}
    fill(network, with_priors(network, {**unread, **state}), source)


def download(names: Sequence[str], folder: Path | None = None) -> list[Path]:
    """Fetch weights, so that they can be used without the web.

    Args:
        names: of :func:`pretrained` or of :func:`extras`; empty: all.
        folder: a copy for another machine, whose ``OFER_HOME`` it will be; None: the cache of this one.

    Returns:
        The files; those of the package are not copied into the cache.

    Raises:
        FileNotFoundError: one could not be downloaded.
        ValueError: no such name.

    Examples:
        >>> [path.name.partition('-')[0] for path in download(['landmarks'])]
        ['landmarks']
    """
    remote = {**remote_weights(), **extras()}
    known = [*SHIPPED, *(name for name in remote if name not in SHIPPED)]
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f'no weights are called {unknown[0]!r}: there are {", ".join(known)}')
    files = []
    for name in names or known:
        file = shipped_file(name) if name in SHIPPED else remote[name].get()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            file = Path(shutil.copyfile(file, folder / file.name))
        files.append(file)
    return files


def extras() -> dict[str, Remote]:
    """Files of others that parts of the package fetch on their first use.

    >>> list(extras())
    ['yunet']
    """
    from ofer.faces import yunet

    return {'yunet': Remote(yunet.FILE, yunet.URLS, yunet.SHA256)}
