"""The size of the training images of a config."""

from mmengine.config import Config

from ofer.registry import DATASETS


def image_size(config: Config) -> int:
    """Height and width, in pixels, of the packed training images of a config.

    It is that of the last transform that resizes, the ``size`` of the data set, or the one in which its images are given out.

    Raises:
        ValueError: the config does not define it.
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
