r"""Matching the image names in lists to the images of a copy.

The same image is ``train_00001.jpg`` in a list, ``train_00001_aligned.jpg`` as distributed, and ``Train_00001.PNG`` after a
conversion; lists from Windows have ``\`` between folders. An image is identified by its name in lower case without folder, suffix and
``_aligned``, and by its folders if that is ambiguous.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ofer.files.archive import IMAGE_SUFFIXES

ALIGNED = '_aligned'


def image_key(path: str) -> str:
    """Key of an image across lists and copies: its file name in lower case, without suffix and ``_aligned``.

    >>> image_key('Image/aligned/test_0003_aligned.jpg') == image_key('4/Test_0003.PNG') == image_key('test_0003') == 'test_0003'
    True
    """
    name = re.split(r'[\\/]', path)[-1].lower()
    stem, suffix = os.path.splitext(name)
    return (stem if suffix in IMAGE_SUFFIXES else name).removesuffix(ALIGNED)


class Matches(NamedTuple):
    """The images for the names of a list.

    Attributes:
        found: image by listed name.
        missing: listed names without an image.
        problems: an error for each name with several images, and for each image with two names.
    """

    found: dict[str, str]
    missing: list[str]
    problems: list[ValueError]


class ImageNames:
    """The images of a copy, for look-up by the names in a list.

    Args:
        images: their names, with ``/``.
        folders: number of parent folders that belong to the name of an image. Images without a folder are identified by name only.
    """

    def __init__(self, images: Iterable[str], folders: int = 0) -> None:
        self.folders = folders
        self._images: dict[tuple[str, ...], list[str]] = {}
        for image in images:
            self._images.setdefault(self._key(image), []).append(image)

    def _key(self, name: str) -> tuple[str, ...]:
        *above, _ = parts = [part.lower() for part in re.split(r'[\\/]', name) if part not in ('', '.')] or ['']
        return (*above[len(above) - min(self.folders, len(above)) :], image_key(parts[-1]))

    def match(self, listed: Iterable[str]) -> Matches:
        """Look up names; each must occur once."""
        matches = Matches({}, [], [])
        names: dict[str, str] = {}  # by image
        for name in dict.fromkeys(listed):
            key = self._key(name)
            candidates = self._images.get(key) or self._images.get(key[-1:], [])
            if not candidates:
                matches.missing.append(name)
                continue
            image, *rivals = self._best(candidates, name)
            matches.found[name] = image
            if rivals:
                twice = f'{name} is there twice, {image} and {rivals[0]}. Keep one of them, or set data_root to one copy.'
                matches.problems.append(ValueError(twice))
            elif names.setdefault(image, name) != name:
                both = f'{image} is meant by {names[image]} and by {name}. Unpack the images with the folders that the list names.'
                matches.problems.append(ValueError(both))
        return matches

    def unlisted(self, listed: Iterable[str]) -> list[str]:
        """The images that no name in a list means.

        >>> ImageNames(['train_00001_aligned.jpg', 'train_00002_aligned.jpg']).unlisted(['train_00002.jpg'])
        ['train_00001_aligned.jpg']
        """
        keys = {self._key(name) for name in listed}
        without_folders = {key[-1:] for key in keys}
        return [
            image
            for key, images in self._images.items()
            if key not in keys and key[-1:] not in keys and not (len(key) == 1 and key in without_folders)
            for image in images
        ]

    def repeated(self) -> Iterator[list[str]]:
        """Groups of images with the same name."""
        return (images for images in self._images.values() if len(images) > 1)

    def _best(self, candidates: list[str], name: str) -> list[str]:
        """The aligned ones, or else those with exactly the name in the list, including folders."""
        path = name.replace('\\', '/').removeprefix('./')

        def rank(image: str) -> tuple[bool, bool, bool]:
            file = image.rsplit('/', 1)[-1]
            aligned = os.path.splitext(file)[0].lower().endswith(ALIGNED)
            return aligned, f'/{image}'.endswith(f'/{path}'), file == path.rsplit('/', 1)[-1]

        best = max(map(rank, candidates))
        return [image for image in candidates if rank(image) == best]


def unlisted_items(folder: str, images: Iterable[str]) -> list[dict[str, Any]]:
    """Items of images that are not in the list of labels, so that they are counted among those left out."""
    return [{'img_path': f'{folder}/{image}', 'expression': None, 'unlabelled': 'not in the list'} for image in images]
