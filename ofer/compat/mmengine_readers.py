"""Makes mmengine read every checkpoint through :func:`ofer.compat.load_checkpoint`."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import torch
from mmengine.runner import CheckpointLoader
from mmengine.runner.checkpoint import get_torchvision_models

from ofer.compat.checkpoints import load_checkpoint


@CheckpointLoader.register_scheme(prefixes='', force=True)
def _read_for_mmengine(filename: str, map_location: Any = None) -> Any:
    return load_checkpoint(Path(filename).expanduser(), map_location=map_location or 'cpu')


@CheckpointLoader.register_scheme(prefixes=('http://', 'https://'), force=True)
def _read_off_web(url: str, map_location: Any = None) -> Any:
    """Read a file by its name from the download folder of torch; download it first if it is missing.

    Every process may download: each writes a file of its own, which is renamed once it is complete.
    """
    path = Path(torch.hub.get_dir()) / 'checkpoints' / Path(unquote(urlparse(url).path)).name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(url, str(path), progress=False)
        except OSError as error:
            raise FileNotFoundError(f'{url}: could not be downloaded ({error}). Give the path of a local file instead.') from error
    return load_checkpoint(path, map_location=map_location or 'cpu')


@CheckpointLoader.register_scheme(prefixes=('torchvision://', 'modelzoo://'), force=True)
def _read_off_torchvision(filename: str, map_location: Any = None) -> Any:
    name = filename.split('://', 1)[1]
    urls = get_torchvision_models()
    if name not in urls:
        raise ValueError(f'{filename}: torchvision has no weights of that name. It has, for example, resnet18.imagenet1k_v1.')
    return _read_off_web(urls[name], map_location)


def _refuse_as_remote(filename: str, map_location: Any = None) -> Any:
    raise ValueError(
        f'{filename}: only local files, https://, torchvision:// and ofer::NAME are read. Download the file and give its path.'
    )


_READ_HERE = ('', 'http://', 'https://', 'torchvision://', 'modelzoo://')
CheckpointLoader.register_scheme(
    [prefix for prefix in CheckpointLoader._schemes if prefix not in _READ_HERE], _refuse_as_remote, force=True
)
