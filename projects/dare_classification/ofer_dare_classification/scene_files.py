"""Files of hyperspectral scenes: a cube of reflectances and two maps of labels, in one MATLAB file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

CLASSES = {
    'indian_pines': (
        'corn no-till', 'corn min-till', 'corn', 'grass pasture', 'grass trees', 'hay windrowed', 'soybean no-till', 'soybean min-till',
        'soybean clean', 'wheat', 'woods', 'buildings grass trees', 'stone steel towers', 'alfalfa', 'grass pasture mowed', 'oats',
    ),
    'pavia': ('asphalt', 'meadows', 'gravel', 'trees', 'metal sheets', 'bare soil', 'bitumen', 'bricks', 'shadows'),
    'houston': (
        'healthy grass', 'stressed grass', 'synthetic grass', 'trees', 'soil', 'water', 'residential', 'commercial', 'road', 'highway',
        'railway', 'parking lot 1', 'parking lot 2', 'tennis court', 'running track',
    ),
}  # fmt: skip
"""Names of the classes of the three scenes, label 1 first, in the order of the files with fixed maps that SpectralFormer uses."""

NAMES = {'input': 3, 'TR': 2, 'TE': 2}
"""Variables of a file and their number of axes."""


@dataclass(frozen=True)
class Scene:
    """One scene."""

    cube: NDArray[np.float32]
    """``(H, W, B)``, each band scaled to [0, 1] over the scene."""
    train: NDArray[np.int64]
    """``(H, W)``, 0 = no label, ``c`` = class ``c - 1``."""
    test: NDArray[np.int64]
    """``(H, W)``, as ``train``; disjoint from it."""

    @property
    def num_classes(self) -> int:
        """Largest label in the two maps."""
        return int(max(self.train.max(), self.test.max()))


def scale_bands(cube: NDArray) -> NDArray[np.float32]:
    """Scale each band to [0, 1] over the scene; a constant band becomes 0."""
    cube = cube.astype(np.float64)
    low, high = cube.min((0, 1)), cube.max((0, 1))
    return ((cube - low) / np.where(high > low, high - low, 1)).astype(np.float32)


def read_scene(path: str | Path) -> Scene:
    """Read a file with ``input`` ``(H, W, B)``, ``TR`` and ``TE`` ``(H, W)``: the cube, and labels from 1 for training and test.

    Args:
        path: of a MATLAB file, version 7 or earlier.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: it cannot be read, lacks a variable, or its maps do not fit; the message names the file and the remedy.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such file. Scenes are not downloaded: get the MATLAB file with input, TR and TE from its authors, and put it '
            'there, or set data_root.'
        )
    try:
        content = loadmat(path)
    except NotImplementedError as error:
        raise ValueError(f"{path}: MATLAB's format 7.3 is not read. Save it again with save(..., '-v7').") from error
    except (MatReadError, ValueError, TypeError, OSError, IndexError) as error:
        raise ValueError(f'{path}: no MATLAB file, or a damaged one ({error}). Get it again.') from error
    for name, axes in NAMES.items():
        if name not in content:
            there = ', '.join(key for key in content if not key.startswith('__'))
            raise ValueError(f'{path}: has no variable {name!r}, only {there or "none"}. Expected input (H, W, B), TR and TE (H, W).')
        if content[name].ndim != axes or not content[name].size or content[name].dtype.kind not in 'buif':
            raise ValueError(f'{path}: {name} has shape {content[name].shape}, expected {axes} axes of numbers')
    return check_scene(content['input'], content['TR'], content['TE'], str(path))


def check_scene(cube: NDArray, train: NDArray, test: NDArray, source: str) -> Scene:
    """A scene from its arrays, as in a file.

    Raises:
        ValueError: sizes differ, labels are no whole numbers from 0, a map has none, or a pixel is in both; ``source`` is in the message.
    """
    if not np.isfinite(cube).all():
        raise ValueError(f'{source}: input has values that are not finite. Get the file again.')
    maps = {}
    for name, given in (('TR', train), ('TE', test)):
        if given.shape != cube.shape[:2]:
            raise ValueError(f'{source}: {name} is {given.shape}, and input {cube.shape[:2]} pixels')
        labels = given.astype(np.int64)
        if (labels != given).any() or labels.min() < 0:
            raise ValueError(f'{source}: {name} has values other than whole numbers from 0 (0 = no label)')
        if not labels.any():
            raise ValueError(f'{source}: {name} has no labels')
        maps[name] = labels
    both = int(((maps['TR'] > 0) & (maps['TE'] > 0)).sum())
    if both:
        raise ValueError(f'{source}: {both} pixels are in TR and TE: the test would see training pixels')
    return Scene(scale_bands(cube), maps['TR'], maps['TE'])
