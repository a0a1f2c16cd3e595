"""The size of the images that a config trains on."""

from mmengine.config import Config


def image_size(config: Config) -> int:
    """Height and width, in pixels, that the config's training images have when they are packed.

    Raises:
        ValueError: the config does not say.
    """
    dataset = config.train_dataloader.dataset
    for transform in reversed(dataset.get('pipeline', [])):
        for key in ('scale', 'crop_size', 'size'):
            size = transform.get(key)
            if isinstance(size, (list, tuple)):
                size = size[0]
            if isinstance(size, int):
                return size
    size = dataset.get('size')
    if not isinstance(size, int):
        raise ValueError('the config does not say how large its images are: give --image-size')
    return size
