"""Data sets of small images that other packages read: CIFAR by torchvision, handwritten digits by scikit-learn."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torchvision import datasets

from ofer.registry import DATASETS, TRANSFORMS

SPLITS = ('train', 'test')


class ArrayImages(BaseDataset):
    """Images that are in memory as arrays; an item has ``img`` uint8 RGB or grey, ``gt_label``, ``img_path`` and ``sample_idx``.

    Args:
        split: ``train`` or ``test``.
        pipeline: transforms, as configs or callables.
        indices: number of first items, or indices of items, to use a part.
        lazy_init: read the files on first use.

    Raises:
        ValueError: unknown split.
    """

    def __init__(
        self, split: str = 'train', pipeline: Sequence[Mapping | Callable] = (), indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
    ) -> None:  # fmt: skip
        if split not in SPLITS:
            raise ValueError(f'split={split!r}: expected one of {", ".join(SPLITS)}')
        self.split = split
        self._images: NDArray[np.uint8] = np.zeros((0, 0, 0), np.uint8)
        transforms = [TRANSFORMS.build(one) if isinstance(one, Mapping) else one for one in pipeline]
        super().__init__(pipeline=transforms, indices=indices, lazy_init=lazy_init, serialize_data=False, max_refetch=0)

    @abstractmethod
    def read(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
        """Images ``(n, H, W)`` or ``(n, H, W, 3)`` RGB, labels ``(n,)``, and names of the classes."""

    def load_data_list(self) -> list[dict[str, Any]]:
        """Labels and places. Called by mmengine."""
        self._images, labels, self._metainfo['classes'] = self.read()
        name = type(self).__name__
        return [{'gt_label': int(label), 'place': i, 'img_path': f'{name}/{self.split}/{i}'} for i, label in enumerate(labels)]

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """The item, with its image. Called by mmengine."""
        item = super().get_data_info(idx)
        return item | {'img': self._images[item.pop('place')].copy()}

    def get_gt_labels(self) -> np.ndarray:
        """Labels of all items, ``(len,)`` int64."""
        return np.array([super(ArrayImages, self).get_data_info(i)['gt_label'] for i in range(len(self))], dtype=np.int64)


@DATASETS.register_module()
class TorchvisionCIFAR(ArrayImages):
    """CIFAR-10 or CIFAR-100, 32 x 32 pixels, read by torchvision.

    Args:
        data_root: folder of ``cifar-10-batches-py`` or ``cifar-100-python``.
        name: ``CIFAR10`` or ``CIFAR100``.
        kwargs: arguments of :class:`ArrayImages`.

    Raises:
        ValueError: unknown ``name``.
        FileNotFoundError: the data set is not in the folder, or damaged.
    """

    NATIVE_SIZE = 32

    def __init__(self, data_root: str, name: str = 'CIFAR10', **kwargs: Any) -> None:
        if name not in ('CIFAR10', 'CIFAR100'):
            raise ValueError(f'name={name!r}: expected CIFAR10 or CIFAR100')
        self.folder, self.name = str(Path(data_root).expanduser()), name
        super().__init__(**kwargs)

    def read(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
        reader = getattr(datasets, self.name)
        try:
            content = reader(self.folder, train=self.split == 'train', download=False)
        except RuntimeError as error:
            raise FileNotFoundError(
                f'{self.folder}: {self.name} is missing or damaged. Get {reader.filename} from {reader.url}, and unpack it there as '
                f'{reader.base_folder}.'
            ) from error
        return content.data, np.array(content.targets), tuple(content.classes)


@DATASETS.register_module()
class SklearnDigits(ArrayImages):
    """Handwritten digits, 8 x 8 pixels, which come with scikit-learn (UCI, 1,797 images).

    Training and test are disjoint and have the same shares of the classes.

    Args:
        train_size: number of training images; 797 others are for the test.
        kwargs: arguments of :class:`ArrayImages`.

    Raises:
        ValueError: ``train_size`` leaves a class out, or exceeds 1,000.
    """

    NATIVE_SIZE = 8

    def __init__(self, train_size: int = 1000, **kwargs: Any) -> None:
        if not 10 <= train_size <= 1000:
            raise ValueError(f'train_size={train_size}: expected 10 to 1000')
        self.train_size = train_size
        super().__init__(**kwargs)

    def read(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
        digits = load_digits()
        rest, chosen = train_test_split(np.arange(len(digits.target)), test_size=797, stratify=digits.target, random_state=0)
        if self.split == 'train':
            chosen = rest
            if self.train_size < len(rest):
                chosen, _ = train_test_split(rest, train_size=self.train_size, stratify=digits.target[rest], random_state=0)
        images = (digits.images[chosen] * 255 / 16).round().astype(np.uint8)  # 17 levels of grey
        return images, digits.target[chosen].astype(np.int64), tuple(map(str, digits.target_names))
