"""Which transforms move the pixels and leave the landmarks and maps behind."""

from collections.abc import Callable, Sequence

# of mmpretrain, mmcv and torchvision
BLIND = frozenset(
    (
        *('AugMix', 'AutoAugment', 'CenterCrop', 'EfficientNetCenterCrop', 'EfficientNetRandomCrop', 'ElasticTransform', 'FiveCrop', 'Pad'),
        *('RandAugment', 'RandomAffine', 'RandomCrop', 'RandomFlip', 'RandomHorizontalFlip', 'RandomPerspective', 'RandomResizedCrop'),
        *('RandomRotation', 'RandomVerticalFlip', 'Rotate', 'Shear', 'TenCrop', 'Translate', 'TrivialAugmentWide'),
    )
)


def check_geometry(transforms: Sequence[Callable], labels: Sequence[str]) -> None:
    """Refuse a pipeline that would train on landmarks or maps of another place than the image shows.

    Args:
        transforms: the pipeline.
        labels: names of labels that belong to places in the image, such as ``gt_landmarks``; none, and nothing is refused.

    Raises:
        ValueError: a transform would move the image alone.
    """
    for transform in transforms if labels else ():
        name = type(getattr(transform, 't', transform)).__name__  # mmpretrain wraps torchvision's transforms in an object with .t
        if name in BLIND:
            raise ValueError(
                f'{name} moves the image and leaves {", ".join(labels)} behind. Remove it, or use FlipFace, which moves them all.'
            )
