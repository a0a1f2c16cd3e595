"""Which transforms move the pixels and leave the landmarks and maps behind."""

from collections.abc import Callable, Iterable, Iterator, Sequence

# of mmpretrain, mmcv and torchvision; they move the image and know nothing of its landmarks and maps
IMAGE_ONLY = frozenset(
    (
        *('AugMix', 'AutoAugment', 'CenterCrop', 'EfficientNetCenterCrop', 'EfficientNetRandomCrop', 'ElasticTransform', 'FiveCrop', 'Pad'),
        *('RandAugment', 'RandomAffine', 'RandomCrop', 'RandomFlip', 'RandomHorizontalFlip', 'RandomPerspective', 'RandomResizedCrop'),
        *('RandomRotation', 'RandomVerticalFlip', 'Rotate', 'Shear', 'TenCrop', 'Translate', 'TrivialAugmentWide'),
    )
)


def check_geometry(transforms: Sequence[Callable], labels: Sequence[str] = ()) -> None:
    """Refuse a pipeline that would train on landmarks or maps of another place than the image shows.

    Args:
        transforms: the pipeline. A transform that adds labels which belong to places in the image names them in ``DENSE_LABELS``.
            Those that hold others, as ``RandomChoice``, are looked into, as if all of them ran.
        labels: names of such labels that the items have from the start, ``gt_landmarks`` for instance.

    Raises:
        ValueError: a transform would move the image alone.
    """
    dense = list(labels)
    for transform in _all(transforms):
        name = type(getattr(transform, 't', transform)).__name__  # mmpretrain wraps torchvision's transforms, as .t
        if dense and name in IMAGE_ONLY:
            raise ValueError(f'{name} moves the image and leaves {", ".join(dense)} behind. Put it before what adds them, or use FlipFace.')
        dense += [label for label in getattr(transform, 'DENSE_LABELS', ()) if label not in dense]


def _all(transforms: Iterable[Callable]) -> Iterator[Callable]:
    """The transforms, and what they hold."""
    for transform in transforms:
        yield transform
        inner = getattr(transform, 'transforms', None)
        inner = getattr(inner, 'transforms', inner)  # RandomApply holds a Compose
        if isinstance(inner, (list, tuple)):
            yield from _all(part for part in inner if callable(part))
