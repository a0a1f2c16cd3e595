"""The names of a job's outputs, and the check, before anything is computed, that they replace none of its inputs."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ofer.inference.sources import Picture, Reading, has_frames, source_names
from ofer.inference.writing import SUFFIX

DRAWN, PANEL, RESTORED, COPY, TIMELINE = '.png', '_faces.png', '_restored.png', '.mp4', '.png'
"""What the name of a source gets in the folder of an output."""


@dataclass(frozen=True)
class Place:
    """Where an output goes: a file, or a folder with a file for each source.

    Args:
        option: that names it.
        path: of the file or folder.
        endings: of the names in the folder; empty: ``path`` is a file.
        of_one_video: whether the file can only be that of one video.
    """

    option: str
    path: Path
    endings: tuple[str, ...] = ()
    of_one_video: bool = False

    def __str__(self) -> str:
        return f'{self.option} {self.path}'

    @property
    def resolved(self) -> str:
        """The absolute path, without symbolic links."""
        return os.path.realpath(self.path)

    def name_of(self, path: str) -> str | None:
        """The relative name of a resolved path in the folder; None if it is not in there."""
        inside = bool(self.endings) and path.startswith(os.path.join(self.resolved, ''))
        return os.path.relpath(path, self.resolved) if inside else None

    def sources_of(self, name: str) -> set[str]:
        """The relative names of the sources that have an output of that name in the folder."""
        stems = {name.removesuffix(ending) for ending in self.endings if name.endswith(ending)}
        return stems | {re.sub(r'_\d{6,}$', '', stem) for stem in stems}


def never_read(places: Sequence[Place]) -> frozenset[str]:
    """The outputs that are left out where they are in a folder of inputs: folders, and the table with its journal.

    A picture or video given by its own name is not among them, because it may be an input: see :func:`check_places`.
    """
    tables = {place.resolved for place in places if not place.endings and not place.of_one_video}
    return frozenset({place.resolved for place in places if place.endings} | tables | {table + SUFFIX for table in tables})


def check_places(places: Sequence[Place], inputs: Sequence[str], reading: Reading) -> None:
    """Check that no output replaces an input, or would be read as one the next time.

    Args:
        places: of all outputs.
        inputs: of the job.
        reading: how they are read.

    Raises:
        ValueError: an output is an input or the folder of inputs, or one file is given for the outputs of several videos.
    """
    for place in places:
        for given in inputs:
            if place.endings and os.path.isdir(given) and os.path.realpath(given) == place.resolved:
                raise ValueError(f'{place}: is a folder of inputs, so outputs would be read as inputs the next time. Give another folder.')
    if not any(place.of_one_video or place.path.exists() for place in places):
        return  # nothing could be replaced
    replaced = {place.resolved: place for place in places if not place.endings}
    inside: list[tuple[Place, str]] = []
    videos: set[str] = set()
    for source in source_names(inputs, reading):
        resolved = os.path.realpath(source)
        if resolved in replaced:
            raise _is_an_input(replaced[resolved], source)
        inside += [(place, name) for place in places if (name := place.name_of(resolved)) is not None]
        if has_frames(source) and len(videos) < 2:
            videos.add(source)
    for place in places:
        if place.of_one_video and len(videos) > 1:
            raise ValueError(f'{place}: one file cannot hold those of several videos ({", ".join(sorted(videos))}). Give a folder.')
    root, made = common_folder(inputs), {source: (place, name) for place, name in inside for source in place.sources_of(name)}
    for source in source_names(inputs, reading) if made else ():
        if relative_name(source, root) in made:
            place, name = made[relative_name(source, root)]
            raise _is_an_input(place, os.path.join(place.path, name))


def _is_an_input(place: Place, source: str) -> ValueError:
    return ValueError(f'{place}: would replace {source}, which is one of the inputs. Give another place.')


def relative_name(source: str, root: str) -> str:
    """A relative name for the outputs of a source: its path below ``root``, without parts that leave the folder.

    >>> relative_name('/photos/a/b.jpg', '/photos'), relative_name('../x.png', '')
    ('a/b.jpg', 'x.png')
    """
    path = source
    if root:
        relative = os.path.relpath(source, root)
        path = os.path.basename(source) if relative.startswith('..') else relative
    parts = [part.replace(':', '_').replace('\0', '_') for part in Path(path).parts if part not in (os.sep, '..', '.')]
    return os.path.join(*parts) if parts else 'input'


def picture_name(picture: Picture, root: str) -> str:
    """The relative name for the outputs of a picture; that of a frame of a video ends in its number, ``NAME_000123``."""
    number = '' if picture.time is None else f'_{picture.frame:06d}'
    return relative_name(picture.source, root) + number


def common_folder(inputs: Sequence[str]) -> str:
    """The deepest common folder of all inputs; empty if there is none."""
    folders = [path if os.path.isdir(path) else os.path.dirname(_before_glob(path)) for path in inputs]
    try:
        return os.path.commonpath([os.path.abspath(folder) for folder in folders])
    except ValueError:
        return ''


def _before_glob(path: str) -> str:
    first = min((i for i in map(path.find, '*?[') if i >= 0), default=len(path))
    return path[:first] if not os.path.lexists(path) else path
