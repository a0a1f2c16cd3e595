"""What the features of a cache depend on: networks, their input, and images. A cache is used only where all of it is the same."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.model import BaseModel

from ofer.engine.feature_cache import weights_digest

MIRROR = frozenset(('FlipFace', 'RandomFlip'))
COVER = frozenset(('BlockOcclusion', 'ColorJitter', 'GaussianBlur', 'PasteOccluders', 'RandomErasing', 'RandomGrayscale'))
STILL = frozenset(('CenterCrop', 'LoadFace', 'NumpyToPIL', 'PILToNumpy', 'PackFace', 'Resize', 'ResizeEdge'))


def plain_pipeline(pipeline: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The part of a pipeline that shows an image as it always is: what mirrors, colours or covers it is left out.

    So the cached features of an image are those of the whole face, in its mirrored form where it is mirrored, whatever covers it.

    Raises:
        ValueError: a transform moves the image by chance, so that no stored features fit it; or it is unknown.
    """
    kept = []
    for transform in pipeline:
        name = str(transform['type']).rpartition('/')[2]
        if name in STILL:
            kept.append(dict(transform))
        elif name not in MIRROR | COVER:
            raise ValueError(
                f'{name} may change where things are in the image, and cached features would not follow. '
                f'Take it out of the pipeline, or do without the cache; it knows {", ".join(sorted(STILL | MIRROR | COVER))}.'
            )
    return kept


def cache_key(config: Config, model: BaseModel, split: str) -> dict[str, Any]:
    """What a cache of a config's split is made of, without the images themselves.

    Args:
        config: of the experiment.
        model: built, with the weights of its frozen networks.
        split: ``train``, ``val`` or ``test``: whose data loader.

    Returns:
        ``networks``: by name, config and digest of the weights of every part that has weights and trains none; ``input``: normalisation and
        pipeline. JSON values.

    Raises:
        ValueError: the model has no frozen part; the pipeline does not allow a cache.
    """
    networks = {}
    for name, part in model.named_children():
        parameters = list(part.parameters())
        if parameters and not any(parameter.requires_grad for parameter in parameters):
            structure = {key: value for key, value in config.model[name].to_dict().items() if key != 'checkpoint'}
            networks[name] = {'config': structure, 'weights': weights_digest(part)}
    if not networks:
        raise ValueError(f'{config.filename}: the model has no frozen network, so there is nothing to cache')
    pipeline = plain_pipeline(config[f'{split}_dataloader'].dataset.pipeline)
    return {'networks': networks, 'input': {'normalisation': config.model.data_preprocessor.to_dict(), 'pipeline': pipeline}}


def data_key(dataset: BaseDataset) -> dict[str, Any]:
    """Which images in which order: their number, and a digest of their names under the data root and the sizes of their files.

    An image whose content changes and whose name and size do not is not noticed.
    """
    digest = hashlib.sha256()
    for index in range(len(dataset)):
        path = dataset.get_data_info(index)['img_path']
        size = os.path.getsize(path) if os.path.isfile(path) else 0  # 0: inside an archive
        digest.update(f'{os.path.relpath(path, dataset.data_root or ".")} {size}\n'.encode())
    return {'type': type(dataset).__name__, 'items': len(dataset), 'images': digest.hexdigest()}
