"""The weights that come with the package: small files in half precision, each checked by its SHA-256 before it is read.

Each has a card beside it, ``NAME.json``: hash, data, recipe, accuracy, and what it is fit for. ``README.md`` is written from the cards.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.sharing import COPIES, copied_tensors, with_copies
from ofer.stored import read_json

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).resolve().parent

OF_PACKAGE = 'ofer::'
"""How the names of weights begin that come with the package, where a path is expected."""

INDEX = 'index.json'
"""The one JSON file of the folder that is no card: further weights by name, see :mod:`ofer.apis.named_weights`."""


def read_cards(folder: Path) -> dict[str, dict[str, Any]]:
    """The cards in a folder, by the name of the weights."""
    files = sorted(path for path in folder.glob('*.json') if path.name != INDEX)
    return {path.stem: read_json(path, 'Copy it again.') for path in files}


_CARDS = read_cards(FOLDER)
SHIPPED: dict[str, str] = {name: card['sha256'] for name, card in _CARDS.items()}
"""SHA-256 of each file by its name, whose first eight digits are part of the file's."""
RECOGNISERS = tuple(name for name, card in _CARDS.items() if 'neutral' in card.get('classes', ()))
"""Names of those that answer with expressions."""


def shipped_file(name: str) -> Path:
    """Path of the weights of that name.

    Raises:
        ValueError: none has it.
        FileNotFoundError: the installation lacks the file.
        RuntimeError: the file is not the one that was released.
    """
    if name not in SHIPPED:
        raise ValueError(f'no weights called {name!r} come with the package: there are {", ".join(sorted(SHIPPED))}')
    path = FOLDER / f'{name}-{SHIPPED[name][:8]}.safetensors'
    if not path.is_file():
        raise FileNotFoundError(f'{path}: missing in this installation. Install the package again.')
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHIPPED[name]:
        raise RuntimeError(f'{path}: damaged: its SHA-256 is not {SHIPPED[name]}. Install the package again.')
    return path


def located(path: str | Path) -> Path:
    """The file of a checkpoint: ``'ofer::NAME'`` means weights that come with the package, anything else is a path.

    Raises:
        FileNotFoundError: it is the name of such weights without ``ofer::``, and no path.
        ValueError: no weights of that name come with the package.

    >>> located('ofer::landmarks').suffix
    '.safetensors'
    """
    text = str(path)
    if text.startswith(OF_PACKAGE):
        return shipped_file(text.removeprefix(OF_PACKAGE))
    if text in SHIPPED and not Path(path).exists():
        raise FileNotFoundError(f'{text}: no such checkpoint. The weights of the package are called {OF_PACKAGE}{text} here.')
    return Path(path)


def read_weights(path: str | Path) -> tuple[dict[str, 'Tensor'], dict[str, Any]]:
    """Parameters and description in a ``.safetensors`` file, which can hold nothing that runs.

    Returns:
        Tensors by name, in float32 where they are stored in half precision; and the file's metadata, each value decoded from JSON.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged or none of ours.
    """
    from safetensors import SafetensorError, safe_open

    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such file of weights')
    try:
        with safe_open(str(path), framework='pt') as file:
            tensors = with_copies({name: file.get_tensor(name) for name in file.keys()}, file.metadata())  # noqa: SIM118
            meta = {name: json.loads(text) for name, text in (file.metadata() or {}).items() if name != COPIES}
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f'{path}: damaged, or not written by ofer ({error})') from error
    return {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}, meta


def left_out(path: str | Path) -> tuple[str, ...]:
    """Names of the tensors that were left out of a ``.safetensors`` file because no prediction reads them; none in files of others."""
    from safetensors import safe_open

    with safe_open(str(path), framework='pt') as file:
        return tuple(json.loads((file.metadata() or {}).get('unread', '[]')))


def write_weights(path: str | Path, state: dict[str, 'Tensor'], meta: dict[str, Any]) -> str:
    """Write parameters in half precision, as :func:`read_weights` reads them.

    Args:
        path: the new file.
        state: tensors by name.
        meta: what describes them, such as the ``model``'s config; JSON values.

    Returns:
        The file's SHA-256, hexadecimal.
    """
    content = weights_content(state, meta)
    Path(path).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def weights_content(state: dict[str, 'Tensor'], meta: dict[str, Any]) -> bytes:
    """Content of the file that :func:`write_weights` writes; the same arguments give the same bytes. Large tensors that occur twice are
    stored once.
    """
    import torch
    from safetensors.torch import save

    half = {name: (value.half() if value.dtype == torch.float32 else value).contiguous() for name, value in state.items()}
    copies = copied_tensors(half)
    described = {**meta, COPIES: copies} if copies else meta
    once = {name: value for name, value in half.items() if name not in copies}
    return save(once, metadata={name: json.dumps(value) for name, value in described.items()})
