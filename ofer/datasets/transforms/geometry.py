"""Check for transforms that move the pixels but not the landmarks and maps."""

from collections.abc import Callable, Iterable, Iterator, Sequence

# of mmpretrain, mmcv and torchvision; they move the image, but not its landmarks and maps
IMAGE_ONLY = frozenset(
    (
        *('AugMix', 'AutoAugment', 'CenterCrop', 'EfficientNetCenterCrop', 'EfficientNetRandomCrop', 'ElasticTransform', 'FiveCrop', 'Pad'),
        *('RandAugment', 'RandomAffine', 'RandomCrop', 'RandomFlip', 'RandomHorizontalFlip', 'RandomPerspective', 'RandomResizedCrop'),
        *('RandomRotation', 'RandomVerticalFlip', 'Rotate', 'Shear', 'TenCrop', 'Translate', 'TrivialAugmentWide'),
    )
)


def check_geometry(transforms: Sequence[Callable], labels: Sequence[str] = ()) -> None:
    """Raise if a pipeline moves the image but not its landmarks or maps.

    Args:
        transforms: the pipeline. A transform that adds spatial annotations lists them in ``DENSE_LABELS``; one of a project that moves the
            image alone has ``MOVES_IMAGE = True``. Transforms that contain others, e.g. ``RandomChoice``, are treated as if all of those
            run.
        labels: names of spatial annotations that the items already have, e.g. ``gt_landmarks``.

    Raises:
        ValueError: a transform would move only the image.
    """
    dense = list(labels)
    for transform in _all(transforms):
        name = type(getattr(transform, 't', transform)).__name__  # mmpretrain wraps torchvision's transforms, as .t
        if dense and (name in IMAGE_ONLY or getattr(transform, 'MOVES_IMAGE', False)):
            raise ValueError(f'{name} moves the image and leaves {", ".join(dense)} behind. Put it before what adds them, or use FlipFace.')
        dense += [label for label in getattr(transform, 'DENSE_LABELS', ()) if label not in dense]


def _all(transforms: Iterable[Callable]) -> Iterator[Callable]:
    """The transforms and their inner transforms."""
    for transform in transforms:
        yield transform
        inner = getattr(transform, 'transforms', None)
        inner = getattr(inner, 'transforms', inner)  # RandomApply holds a Compose
        if isinstance(inner, (list, tuple)):
            yield from _all(part for part in inner if callable(part))
