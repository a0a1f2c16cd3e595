"""Black patches over faces, at random or the important ones first (Latent-OFER Fig. 1)."""

from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.image_draws import image_draws
from ofer.datasets.transforms.landmark_parsing import image_key
from ofer.datasets.transforms.mark_occlusion import mark_occlusion
from ofer.datasets.transforms.patches import first_patches, random_patches
from ofer.masks import patches_to_pixels
from ofer.registry import TRANSFORMS
from ofer.stored import read_arrays


@TRANSFORMS.register_module()
class PatchOcclusion(BaseTransform):
    """Blacken patches of a grid and mark them in ``gt_occlusion`` ``(H, W)`` bool, True = occluded.

    The patches of a smaller ``number`` are among those of a larger one, for the same image and seed or map. Put it after the resizing.

    Args:
        number: of black patches; 0 does nothing, as a placeholder in configs.
        grid: patches a side; 14 gives the 196 of the paper.
        order_file: ``.npz`` with ``names`` (split, folder and name of every image, see :func:`image_key`) and ``importance``
            ``(n, grid, grid)``, written by ``ofer analyze importance``: the most important patches are first, of equal ones the upper
            left. Without it, the order is random.
        seed: of the random order, see :func:`image_draws`.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: an invalid argument, or the image is not in the file.
    """

    DENSE_LABELS = ('gt_occlusion', 'gt_image')

    def __init__(self, number: int, grid: int = 14, order_file: str | None = None, seed: int | None = 0) -> None:
        if grid < 1 or not 0 <= number <= grid * grid:
            raise ValueError(f'number={number}, grid={grid}: expected 0 to grid * grid patches')
        self.number = number
        self.grid = grid
        self.order_file = order_file
        self.seed = seed

    @cached_property
    def importance(self) -> dict[str, np.ndarray]:
        """Importance of the patches by :func:`image_key`; read on first use, so that a config can be built without the file."""
        assert self.order_file is not None
        if not Path(self.order_file).is_file():
            raise FileNotFoundError(
                f'{self.order_file}: no such file. Write it with ofer analyze importance, or remove order_file for a random order.'
            )
        content = read_arrays(Path(self.order_file), 'Write it again with ofer analyze importance.', ('names', 'importance'))
        names, maps = content['names'].tolist(), content['importance']
        if maps.shape != (len(names), self.grid, self.grid):
            raise ValueError(f'{self.order_file}: importance is {maps.shape}, expected {(len(names), self.grid, self.grid)}')
        return dict(zip(names, maps, strict=True))

    def chosen(self, results: dict) -> np.ndarray:
        """The black patches of an image, ``(grid, grid)`` bool."""
        if self.order_file is None:
            return random_patches(image_draws(self.seed, results, 'PatchOcclusion'), self.number, self.grid)
        key = image_key(results['img_path'])
        if key not in self.importance:
            raise ValueError(f'{self.order_file}: no map of {key}. Write the file again, for this data set and split.')
        return first_patches(np.argsort(-self.importance[key].ravel(), kind='stable'), self.number, self.grid)

    def transform(self, results: dict) -> dict:
        if self.number == 0:
            return results
        covered = patches_to_pixels(torch.from_numpy(self.chosen(results)), *results['img'].shape[:2]).numpy()
        return mark_occlusion(results, np.where(covered[..., None], np.uint8(0), results['img']), covered)

    def __repr__(self) -> str:
        return f'PatchOcclusion(number={self.number}, grid={self.grid}, order_file={self.order_file}, seed={self.seed})'
