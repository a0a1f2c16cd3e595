"""Which transforms move the pixels and leave the landmarks and maps behind."""

from collections.abc import Callable, Iterable, Iterator, Sequence

# of mmpretrain, mmcv and torchvision
BLIND = frozenset(
    (
        *('AugMix', 'AutoAugment', 'CenterCrop', 'EfficientNetCenterCrop', 'EfficientNetRandomCrop', 'ElasticTransform', 'FiveCrop', 'Pad'),
        *('RandAugment', 'RandomAffine', 'RandomCrop', 'RandomFlip', 'RandomHorizontalFlip', 'RandomPerspective', 'RandomResizedCrop'),
        *('RandomRotation', 'RandomVerticalFlip', 'Rotate', 'Shear', 'TenCrop', 'Translate', 'TrivialAugmentWide'),
    )
)


def check_geometry(transforms: Sequence[Callable], labels: Sequence[str] = ()) -> None:
    """Refuse a pipeline that would train on landmarks or maps of another place than the image shows.

    Args:
        transforms: the pipeline. A transform that adds labels which belong to places in the image names them in ``DENSE_LABELS``. Those that
            hold others, as ``RandomChoice``, are looked into, as if all of them ran.
        labels: names of such labels that the items have from the start, ``gt_landmarks`` for instance.

    Raises:
        ValueError: a transform would move the image alone.
    """
    dense = list(labels)
    for transform in _single(transforms):
        name = type(getattr(transform, 't', transform)).__name__  # mmpretrain wraps torchvision's transforms, as .t
        if dense and name in BLIND:
            raise ValueError(f'{name} moves the image and leaves {", ".join(dense)} behind. Put it before what adds them, or use FlipFace.')
        dense += getattr(transform, 'DENSE_LABELS', ())


def _single(transforms: Iterable[Callable]) -> Iterator[Callable]:
    for transform in transforms:
        inner = getattr(transform, 'transforms', None)
        if isinstance(inner, (list, tuple)):
            yield from _single(inner)
        else:
            yield transform
