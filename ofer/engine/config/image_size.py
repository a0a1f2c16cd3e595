"""The size of the images that a config trains on."""

from mmengine.config import Config

from ofer.registry import DATASETS


def image_size(config: Config) -> int:
    """Height and width, in pixels, that the config's training images have when they are packed.

    It is that of the last transform that resizes, the ``size`` of the data set, or the one in which its images are given out.

    Raises:
        ValueError: the config does not say.
    """
    dataset = config.train_dataloader.dataset
    dataset = dataset.get('datasets', [dataset])[0]  # of several that are joined, the first
    for transform in reversed(dataset.get('pipeline', [])):
        for key in ('scale', 'crop_size', 'size'):
            size = transform.get(key)
            if isinstance(size, (list, tuple)):
                size = size[0]
            if isinstance(size, int):
                return size
    native = getattr(DATASETS.get(dataset.type), 'NATIVE_SIZE', None) if 'type' in dataset else None
    size = dataset.get('size', native)
    if not isinstance(size, int):
        raise ValueError('the config does not say how large its images are: give --image-size')
    return size
