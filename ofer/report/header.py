"""The head of a report: everything that its numbers depend on."""

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

import numpy as np

import ofer
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


def machine() -> dict[str, Any]:
    """The hardware, without anything that names it."""
    import torch

    from ofer.engine.benchmark import hardware

    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    return {'system': platform.system(), 'processor': platform.machine(), 'cores': os.cpu_count(), 'torch': hardware(device)}


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
