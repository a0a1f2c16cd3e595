"""The head of a report: everything that its numbers depend on."""

import hashlib
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import ofer
from ofer.files.archive import list_images
from ofer.report.faces import Faces

PACKAGES = ('torch', 'torchvision', 'numpy', 'scipy', 'opencv-python', 'pillow', 'mmengine', 'mmpretrain')


def versions() -> dict[str, str]:
    """Versions of this library, Python, and what numbers depend on."""
    found = {'ofer': ofer.__version__, 'python': platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine(device: str) -> dict[str, Any]:
    """The hardware, without anything that names it.

    Args:
        device: type of the device of the models, ``'cpu'`` or ``'cuda'``.
    """
    from ofer.engine.benchmark import hardware

    return {'system': platform.system(), 'processor': platform.machine(), 'cores': os.cpu_count(), 'torch': hardware(device)}


def cutouts_facts(folder: str | None) -> dict[str, Any] | None:
    """Number and SHA-256 of the pictures of a folder of cut-outs; None without a folder."""
    if folder is None or not Path(folder).is_dir():
        return None
    found = hashlib.sha256()
    names = sorted(list_images(folder))
    for name in names:
        content = (Path(folder) / name).read_bytes()
        found.update(f'{name} {len(content)}\n'.encode() + content)
    return {'pictures': len(names), 'sha256': found.hexdigest()}


def data_facts(faces: Faces, digest: str, duplicates: np.ndarray | None, note: str) -> dict[str, Any]:
    """Title, size, classes and lists of the data set."""
    labels = faces.labels[faces.labelled]
    counts = np.bincount(labels, minlength=len(faces.classes))
    height, width = faces.images.shape[1:3]
    grey = bool((faces.images == faces.images[..., :1]).all())
    return {
        'title': faces.title,
        'source': faces.source,
        'sha256': digest,
        'images': len(labels),
        'classes': list(faces.classes),
        'per_class': {name: int(n) for name, n in zip(faces.classes, counts, strict=True)},
        'size': [height, width],
        'colours': 'grey, as RGB' if grey else 'RGB',
        'lists': {name: {'images': len(one.rows), 'note': one.note} for name, one in faces.lists.items()},
        'duplicates_of_training': None if duplicates is None else int(duplicates[faces.labelled].sum()),
        'duplicates_note': note,
    }


def model_facts(facts: Mapping[str, Any], classes: tuple[str, ...], flags: tuple[str, ...]) -> dict[str, Any]:
    """What is known about a contender."""
    return {**facts, 'classes': list(classes), 'contamination': list(flags)}
