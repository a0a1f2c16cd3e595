"""Recognisers by name, config or model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ofer.apis.models import get_model
from ofer.apis.named_weights import DEFAULTS, fill_described, pretrained, weights_file
from ofer.compat import load_checkpoint, unwrap_state_dict
from ofer.engine.checkpoints.weights import load_stages
from ofer.engine.config import given_size, read_config
from ofer.inference.recogniser import Recogniser
from ofer.shipped import config_files, find_config
from ofer.weights import read_weights, shipped_file


def load_recogniser(
    model: 'str | Path | Config | BaseModel' = 'default',
    weights: str | Path | None = None,
    device: str | torch.device = 'cpu',
    aligner: Mapping[str, Any] | None = None,
    precision: str = 'float32',
    compile: bool = False,
    fuse: bool = True,
) -> Recogniser:
    """A recogniser from a name, a config or a model.

    Args:
        model: ``'default'`` for the model of the package (or, with ``weights``, the model that the file describes), one of
            :func:`ofer.list_models`, a config file, a config, or a model.
        weights: a checkpoint, the name of weights, a URL with its hash, or ``'default'``, see
            :func:`ofer.apis.named_weights.weights_file`. None: the weights of the package, or the files in the config of a pipeline.
        device: of the model.
        aligner: config of the aligner; None: the aligner of the checkpoint.
        precision: ``'float32'``, ``'mixed'`` (frozen priors in bfloat16) or ``'bfloat16'``.
        compile: let torch compile the model at its first batch.
        fuse: fuse norms into convolutions, which changes no answer; for models that are built here.

    Raises:
        ValueError: the weights are missing or do not fit, or the class names are missing.
        FileNotFoundError: a file does not exist.

    >>> from mmengine.config import Config
    >>> load_recogniser(Config(dict(model=dict(type='ImageClassifier', backbone=dict(type='ResNet', depth=18)))))
    Traceback (most recent call last):
    ValueError: ImageClassifier: give its weights: without them its answers would be random
    """
    if isinstance(model, BaseModel):
        meta = load_checkpoint(weights).get('meta', {}) if weights else getattr(model, 'meta', None) or {}
        classes = getattr(model, 'classes', None) or _classes(meta)
        if precision != 'float32' or compile:
            raise ValueError('precision and compile change the model: give its config and weights, or change the model yourself')
        return Recogniser(model.to(device), _named(classes, model), meta, aligner)
    name = DEFAULTS.get(model, model) if isinstance(model, str) else None
    if weights is not None:
        weights = weights_file(weights, name)
    if isinstance(model, str) and (model in DEFAULTS or (name in pretrained() and name not in config_files())):
        weights = weights or (_shipped(str(name)) if model in DEFAULTS else weights_file(str(name)))
        state, meta = _read(weights)
        if not isinstance(meta.get('model'), Mapping):
            raise ValueError(f'{weights}: does not state its own model. Give its config, model=..., too.')
        config = Config(dict(model=meta['model']))
    else:
        state, meta = _read(weights) if weights is not None else ({}, {})
        config = _config(model)
    network = get_model(config)
    classes = _classes(meta)
    if weights is not None:
        fill_described(network, state, meta, weights)
    elif getattr(network, 'checkpoints', None):
        classes = load_stages(network)
    else:
        title = model if isinstance(model, (str, Path)) else type(network).__name__
        raise ValueError(f'{title}: give its weights: without them its answers would be random')
    dataset = config.get('test_dataloader', {}).get('dataset', {})
    pipeline = dataset.get('pipeline', meta.get('pipeline') or [])
    recogniser = Recogniser(network.to(device), _named(classes, network), meta, aligner, pipeline, given_size(dataset))
    if fuse:
        recogniser.speed_up(precision, compile)
    return recogniser


def random_recogniser(model: str | Path) -> Recogniser:
    """A recogniser with random weights, to measure its speed.

    Args:
        model: name of a config, or its file.

    Examples:
        >>> random_recogniser('demo_resnet18').aligner.size
        64
    """
    config = _config(model)
    torch.manual_seed(0)
    network = get_model(config)
    dataset = config.get('test_dataloader', {}).get('dataset', {})
    count = next(part.num_classes for part in network.modules() if hasattr(part, 'num_classes'))
    return Recogniser(network, [f'class_{i}' for i in range(count)], {}, None, dataset.get('pipeline', []), given_size(dataset))


def _shipped(name: str) -> Path:
    try:
        return shipped_file(name)
    except ValueError as error:
        remedy = "Give a model that ofer train-stages trained, such as model='latent_ofer_48_ferplus', and its weights (--model, --weights)"
        raise ValueError(f'{error}. {remedy}.') from error


def _read(weights: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and ``meta`` of a checkpoint, or of a ``.safetensors`` file as in the package."""
    if Path(weights).suffix == '.safetensors':
        return read_weights(weights)
    checkpoint = load_checkpoint(weights)
    try:
        return unwrap_state_dict(checkpoint), dict(checkpoint.get('meta') or {})
    except ValueError as error:
        raise ValueError(f'{weights}: {error}') from error


def _config(model: 'str | Path | Config') -> Config:
    if isinstance(model, Config):
        return model
    is_file = isinstance(model, Path) or model.endswith('.py')
    return read_config(model if is_file else find_config(str(model)))


def _classes(meta: Mapping[str, Any]) -> tuple[str, ...] | None:
    classes = meta.get('classes') or (meta.get('dataset_meta') or {}).get('classes')
    return tuple(classes) if classes else None


def _named(classes: Sequence[str] | None, model: BaseModel) -> Sequence[str]:
    if not classes:
        raise ValueError(f'{type(model).__name__}: nothing says what its outputs mean: its checkpoint needs classes in meta.dataset_meta')
    return classes
