"""Key of a feature cache: networks, their input format, and images. A cache is used only if all of them are the same."""

import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.model import BaseModel

from ofer.engine.caching.feature_cache import weights_digest
from ofer.files.archive import open_archive, read_bytes, split_archive_path

MIRROR = frozenset(('FlipFace', 'RandomFlip'))
COVER = frozenset(('BlockOcclusion', 'ColorJitter', 'GaussianBlur', 'PasteOccluders', 'RandomErasing', 'RandomGrayscale'))
COVER_BATCHES = frozenset(('BatchErasing', 'BatchLight', 'BatchPasting'))
STILL = frozenset(('CenterCrop', 'LoadFace', 'NumpyToPIL', 'PILToNumpy', 'PackFace', 'Resize', 'ResizeEdge'))


def plain_pipeline(pipeline: Sequence[Mapping[str, Any]], split: str = 'train') -> list[dict[str, Any]]:
    """The deterministic part of a pipeline: transforms that mirror, colour or occlude the image are left out.

    So the cached features are those of the unoccluded face, or of its mirror image.

    Args:
        pipeline: transforms, as configs.
        split: ``train``, ``val`` or ``test``: whose pipeline it is.

    Raises:
        ValueError: a transform moves the image at random, so no stored features fit; or it occludes a face of a validation or test set,
            whose cached features would be those of the unoccluded face; or it is unknown.
    """
    kept = []
    for transform in pipeline:
        name = str(transform['type']).rpartition('/')[2]
        if name in COVER and split != 'train':
            raise ValueError(
                f'{name} changes the faces of the {split} split, and cached features would be those of the unchanged ones: '
                'what is measured would mean nothing. Do without the cache of this split.'
            )
        if name in MIRROR and transform.get('direction', 'horizontal') != 'horizontal':
            raise ValueError(f'{name} with direction={transform["direction"]!r}: a cache has mirrored features from left to right alone')
        if name in STILL:
            kept.append(dict(transform))
        elif name not in MIRROR | COVER:
            raise ValueError(
                f'{name} may change where things are in the image, and cached features would not follow. '
                f'Take it out of the pipeline, or do without the cache; it knows {", ".join(sorted(STILL | MIRROR | COVER))}.'
            )
    return kept


def cache_key(config: Config, model: BaseModel, split: str) -> dict[str, Any]:
    """Key of the cache for one split of a config, without the images.

    Args:
        config: of the experiment.
        model: built, with the weights of its frozen networks.
        split: ``train``, ``val`` or ``test``: whose data loader.

    Returns:
        ``networks``: by name, config and digest of the weights of the model's ``precomputed_parts``; ``input``: normalisation and pipeline.
        JSON values.

    Raises:
        ValueError: the model has no such part, or trains one; the pipeline or the augmentations of the preprocessor do not allow a cache.
    """
    networks = {}
    for name in getattr(model, 'precomputed_parts', ()):
        part = getattr(model, name)
        if part is None:
            continue
        if any(parameter.requires_grad for parameter in part.parameters()):
            raise ValueError(f'{config.filename}: {name} is trained, so what it computes changes from step to step and cannot be kept')
        structure = {key: value for key, value in config.model[name].to_dict().items() if key != 'checkpoint'}
        networks[name] = {'config': structure, 'weights': weights_digest(part)}
    if not networks:
        raise ValueError(f'{config.filename}: {type(model).__name__} has no frozen network here, so there is nothing to cache')
    pipeline = plain_pipeline(config[f'{split}_dataloader'].dataset.pipeline, split)
    normalisation = config.model.data_preprocessor.to_dict()
    if split == 'train':
        _check_augmentations(normalisation, config.filename)
    return {'networks': networks, 'input': {'normalisation': normalisation, 'pipeline': pipeline}}


def _check_augmentations(preprocessor: Mapping[str, Any], owner: str) -> None:
    """Refuse a preprocessor that moves or mixes the images of a batch: no stored features fit."""
    moving = [one['type'] for one in preprocessor.get('augmentations') or () if one['type'] not in COVER_BATCHES]
    moving += ['batch_augments'] if preprocessor.get('batch_augments') else []
    if moving:
        raise ValueError(
            f'{owner}: {moving[0]} of the data_preprocessor may change where things are in the image, and cached features would not '
            f'follow. Take it out, or do without the cache; it knows {", ".join(sorted(COVER_BATCHES))}.'
        )


def data_key(dataset: BaseDataset) -> dict[str, Any]:
    """Images and their order: their number, and a digest of their names under the data root and of their contents.

    The content is the checksum of the file, the checksum that an archive stores for a member, or the pixels of an image in a table. Data
    sets that generate images have a method ``fingerprint(index)``.
    """
    digest = hashlib.sha256()
    fingerprint = getattr(dataset, 'fingerprint', partial(_fingerprint, dataset))
    for index in range(len(dataset)):
        digest.update(f'{fingerprint(index)}\n'.encode())
    return {'type': type(dataset).__name__, 'items': len(dataset), 'images': digest.hexdigest()}


def _fingerprint(dataset: BaseDataset, index: int) -> str:
    item = dataset.get_data_info(index)
    path = item['img_path']
    member = split_archive_path(path)
    if os.path.isfile(path):
        content: int | str = zlib.crc32(read_bytes(path))
    elif member is not None:
        content = open_archive(member[0]).getinfo(member[1]).CRC
    else:
        content = hashlib.sha256(np.asarray(item['img']).tobytes()).hexdigest() if 'img' in item else 'missing'
    return f'{os.path.relpath(path, dataset.data_root or ".")} {content}'
