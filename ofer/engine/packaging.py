"""Trained weights as the package ships them: half precision, the model's own description, and a card beside them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope

from ofer.compat import load_checkpoint
from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.checkpoints.weights import load_stages, load_weights
from ofer.engine.config import image_size
from ofer.evaluation.complexity import complexity
from ofer.evaluation.report import plain
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS, SCOPE
from ofer.stored import read_json
from ofer.weights import read_weights, write_weights

TRAINING_ONLY = ('augmentations', 'checkpoint', 'batch_augments', 'init_cfg')
"""What a model's config needs for training alone: augmentations, and files that its weights replace."""


def package(path: Path, config: Config, checkpoint: Path | None, facts: Mapping[str, Any], card: Mapping[str, Any]) -> None:
    """Write ``NAME.safetensors`` and its card ``NAME.json``.

    Args:
        path: of the weights.
        config: of the experiment.
        checkpoint: its weights; None: those of the stages that the config names.
        facts: what is stored with the weights besides the model, such as the aligner, and ``classes`` if they are not those of the data.
            ``part`` names the part of the model that is shipped alone, described by its own name instead of ``model``.
        card: entries of the card besides those facts.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: the weights do not fit the model.
    """
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model).eval()
    classes = load_stages(model) if checkpoint is None else load_weights(model, checkpoint)
    trained = {} if checkpoint is None else load_checkpoint(checkpoint).get('meta', {})
    facts = dict(facts)
    part = facts.pop('part', None)
    described = for_prediction(config.model.to_dict())
    unread = unread_tensors(model, config) if part is None else ()
    state = {name: value for name, value in model.state_dict().items() if name not in unread}
    if part is not None:
        state = {name.removeprefix(f'{part}.'): value for name, value in state.items() if name.startswith(f'{part}.')}
    meta = {part or 'model': described[part] if part else described, 'config': Path(config.filename).stem, **facts}
    for name in ('seed', 'epoch', 'iter', 'temperature', 'occlusion_thresholds'):
        if trained.get(name) is not None:
            meta[name] = trained[name]
    if classes and 'classes' not in facts:
        meta['classes'] = list(classes)
    if unread:
        meta['unread'] = list(unread)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_weights(path, state, plain(meta))
    write_card(path.with_suffix('.json'), {**file_facts(path), **card})


def for_prediction(model: Any) -> Any:
    """A model's config without the parts that only training uses."""
    if isinstance(model, Mapping):
        return {name: for_prediction(value) for name, value in model.items() if name not in TRAINING_ONLY}
    if isinstance(model, (list, tuple)):
        return [for_prediction(value) for value in model]
    return model


def unread_tensors(model: BaseModel, config: Config) -> tuple[str, ...]:
    """Names of the tensors of frozen priors that no prediction reads, such as the decoder of a parser whose features are fused."""
    if not any(isinstance(part, FrozenPrior) for part in model.children()):
        return ()
    size = image_size(config)
    dead = complexity(model, torch.zeros(1, 3, size, size), mode='tensor').frozen.dead
    named = dict(model.named_parameters())
    # a buffer belongs to the parameters of its module, and is read when they are
    owners = {name.rpartition('.')[0] for name in dead} - {name.rpartition('.')[0] for name in named if name not in dead}
    buffers = [name for name, _ in model.named_buffers() if name.rpartition('.')[0] in owners and name in model.state_dict()]
    return (*dead, *buffers)


def file_facts(path: Path) -> dict[str, Any]:
    """Facts about a file of weights: hash, size, and its description without the model."""
    state, meta = read_weights(path)
    known = {name: value for name, value in meta.items() if name not in ('model', 'network', 'unread', 'pipeline')}
    return {
        'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'bytes': path.stat().st_size,
        'parameters': sum(value.numel() for value in state.values() if value.is_floating_point()),
        **known,
    }


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write the card of a file of weights."""
    AtomicBackend().put_text(json.dumps(plain(dict(card)), indent=1, ensure_ascii=False) + '\n', path)


def read_card(path: Path) -> dict[str, Any]:
    """A card.

    Raises:
        FileNotFoundError: it or its weights do not exist.
        ValueError: it belongs to other weights.
    """
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such card. Every file of weights has one, written by ofer zoo train')
    card = read_json(path, 'Write it again with ofer zoo train.', ('sha256',))
    weights = path.with_suffix('.safetensors')
    if not weights.is_file():
        raise FileNotFoundError(f'{weights}: no such weights, but there is their card')
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card['sha256']:
        raise ValueError(f'{path}: the card of other weights than {weights}, by their SHA-256')
    return card
