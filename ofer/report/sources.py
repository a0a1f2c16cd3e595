"""The images of a report from the config of a data set: its test split, its published lists, and duplicates of its training split."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.registry import DefaultScope

from ofer.datasets.base import FERDataset
from ofer.datasets.duplicates import content_hashes
from ofer.registry import DATASETS, SCOPE
from ofer.report.faces import FaceList, Faces, read_faces

KNOWN_LISTS: dict[str, dict[str, dict[str, str]]] = {
    'FERPlus': {
        'occlusion': dict(list_file='ferplus/jianfei_occlusion_list.txt'),
        'pose_30': dict(list_file='ferplus/pose_30_ferplus_list.txt'),
        'pose_45': dict(list_file='ferplus/pose_45_ferplus_list.txt'),
    },
    'RAFDB': {
        'occlusion': dict(list_file='rafdb_occlusion_list.txt'),
        'pose_30': dict(list_file='val_raf_db_list.txt'),
        'pose_45': dict(list_file='val_raf_db_list_45.txt'),
    },
    'AffectNet': {
        'occlusion': dict(list_file='occlusion_affectnet_list.txt'),
        'pose_30': dict(list_file='pose_30_affectnet_list.txt'),
        'pose_45': dict(list_file='pose_45_affectnet_list.txt'),
    },
}
"""Published lists by the type of their data set, for configs that name none."""
TYPES = {'jianfei_occlusion_list.txt': ('upper face', 'mouth and lower face', 'cheeks and sides', 'glasses')}
"""Types of occlusion in a list by the name of its file, as the images show; its authors do not state them."""
WHOLE = {'FEDRO': 'FED-RO', 'OccluFER': 'Occlu-FER'}
"""Data sets of which every face is really occluded."""


def build_dataset(config: Mapping[str, Any], **changes: Any) -> Any:
    """The data set of a config, without its pipeline."""
    with DefaultScope.overwrite_default_scope(SCOPE):
        return DATASETS.build({**deepcopy(dict(config)), 'pipeline': [], **changes})


def faces_of_config(
    dataset: Mapping[str, Any], test_sets: Mapping[str, Mapping[str, Any]] | None = None, size: int | None = None
) -> tuple[Faces, list[str]]:
    """Images, labels and lists of a data set.

    Args:
        dataset: config of the data set.
        test_sets: of the config of the experiment: those with ``subset`` are the published lists.
        size: height and width of the images; None: the most frequent size.

    Returns:
        The faces, and why lists are missing.

    Raises:
        FileNotFoundError: the data set is missing.
        ValueError: it cannot be read.
    """
    main = build_dataset(dataset)
    subsets = {name: dict(one['subset']) for name, one in (test_sets or {}).items() if 'subset' in one and 'before_packing' not in one}
    lists: dict[str, Any] = {}
    problems = []
    named = subsets or KNOWN_LISTS.get(dataset['type'], {})
    for name, subset in named.items():
        try:
            lists[name] = build_dataset(dataset, subset=subset)
        except (OSError, ValueError) as error:
            problems.append(f'list {name}: {error}')
    faces = read_faces(main, lists, size)
    faces = replace(faces, lists={name: _with_types(one, named[name]) for name, one in faces.lists.items()})
    if dataset['type'] in WHOLE:
        everything = FaceList(
            faces.labelled, faces.labels[faces.labelled], None, f'{WHOLE[dataset["type"]]}: every face is really occluded'
        )
        faces = replace(faces, lists={'all': everything, **faces.lists})
    return faces, problems


def _with_types(one: FaceList, subset: Mapping[str, Any]) -> FaceList:
    return replace(one, types=TYPES.get(Path(subset.get('list_file', '')).name, ()))


def training_duplicates(faces: Faces, dataset: Mapping[str, Any]) -> tuple[np.ndarray | None, str]:
    """Which images are also among the training images of the data set, by their pixels.

    Returns:
        ``(N,)`` bool, None if it is unknown; and a sentence about it.
    """
    if faces.hashes is None:
        return None, 'not checked: the images are not from files'
    kind = DATASETS.get(dataset['type'])
    if not issubclass(kind, FERDataset) or 'read_annotation' not in dir(kind) or kind.read_annotation is FERDataset.read_annotation:
        return None, f'not checked: {dataset["type"]} has no training images in files'
    if dataset.get('split', 'train') == 'train':
        return None, 'not checked: the report is about the training split itself'
    try:
        train = build_dataset(
            {key: value for key, value in dataset.items() if key not in ('subset', 'indices')}, split='train', lazy_init=True
        )
        hashes = set(content_hashes(train.read_items()[1]))
    except (OSError, ValueError) as error:
        return None, f'not checked: {error}'
    found = np.array([code in hashes for code in faces.hashes])
    return found, f'compared with {len(hashes)} different training images, by their pixels'
