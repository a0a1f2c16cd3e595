"""The occlusion report for Python."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ofer.report.entries import Entry, OfCallable, OfRecogniser, unique_names
from ofer.report.faces import Faces
from ofer.report.protocols import SECTIONS, Choice
from ofer.shipped import config_files

if TYPE_CHECKING:
    from mmengine.config import Config

QUICK_IMAGES = 500


def occlusion_report(
    models: Any,
    data: Any = None,
    out: str | Path | None = None,
    *,
    names: Sequence[str] | None = None,
    quick: bool = False,
    sections: Sequence[str] | None = None,
    detect: bool = False,
    cutouts: str | Path | None = None,
    images: int | None = None,
    baseline: str | None = None,
    batch_size: int = 64,
    processes: int = 1,
    device: str | None = None,
    seed: int = 0,
    overwrite: bool = False,
    progress: bool = False,
) -> dict[str, Any]:
    """Measure how well models stand occlusion, and whether one is better than another.

    All models see the same occluded pixels. The numbers depend neither on the batch size nor on the number of processes, and a run that
    was interrupted goes on where it stopped if ``out`` is the same.

    Args:
        models: one model or a list: weights of the package by name, ``'default'`` for its recogniser; ``(config, checkpoint)``;
            ``'adapter:NAME'`` for another tool, see :func:`ofer.evaluation.adapters.load_adapter`; or a callable from images
            ``(n, H, W, 3)`` uint8 RGB to probabilities ``(n, K)``, with an attribute ``classes`` unless its outputs are the classes of the
            data.
        data: config whose test set and lists are used, or its file or name; a data set; a folder with a subfolder for each class; or
            ``(images, labels, classes)`` with images ``(N, H, W, 3)`` uint8 RGB. None: the config of the first model that has one.
        out: folder for answers and report; None: nothing is kept.
        names: of the models in the report; None: of their configs or callables.
        quick: fewer fills, shares and severities, and 500 images.
        sections: some of the report; None: all, ``detection`` only with ``detect``.
        detect: measure what share of the faces the detector finds.
        cutouts: folder of cut-outs (RGBA) for the objects, with a subfolder for each kind.
        images: number of images, a fixed part of the data; None: all.
        baseline: name of the model that corruption errors are relative to; None: the first.
        batch_size: images that are drawn together.
        processes: number of processes; models must then be picklable.
        device: of the models of this library; None: a GPU if there is one.
        seed: of all protocols; published numbers use 0.
        overwrite: replace answers in ``out`` that were begun with other models or data. The answers of a callable are used again if its
            name is the same, so replace them after a change of its code.
        progress: show a progress bar.

    Returns:
        The content of ``report.json``.

    Raises:
        ValueError: an argument is invalid; the message names it.
        FileNotFoundError: a file is missing.

    Examples:
        >>> import numpy as np
        >>> faces = np.random.default_rng(0).integers(0, 256, (8, 48, 48, 3), dtype=np.uint8)
        >>> def always_happy(images):
        ...     return np.tile([0.9, 0.1], (len(images), 1))
        >>> report = occlusion_report(always_happy, (faces, [0, 1] * 4, ['happiness', 'anger']), sections=['clean'])
        >>> report['sections']['clean']['cells'][0]['value']
        0.5
    """
    from ofer.inference.parts import choose_device
    from ofer.report.assembly import Job, make_report
    from ofer.report.bar import progress_bar
    from ofer.report.rendering import write_report

    given = models if isinstance(models, list) else [models]
    if not given:
        raise ValueError('models: expected at least one')
    config = next((_config(model[0]) for model in given if isinstance(model, tuple)), None)
    faces, facts = _read(data, config)
    number = images or (QUICK_IMAGES if quick else None)
    duplicates, note = facts.pop('duplicates')
    if number is not None and number < len(faces.labelled):
        duplicates = None if duplicates is None else duplicates[faces.part_rows(number, seed)]
        faces = faces.part(number, seed)
    titles = unique_names(names or [_title(model) for model in given])
    if len(titles) != len(given):
        raise ValueError(f'{len(titles)} names for {len(given)} models: give one each')
    if baseline is not None and baseline not in titles:
        raise ValueError(f'baseline={baseline!r}: expected one of {", ".join(titles)}')
    entries = [_entry(title, model, faces.classes, device) for title, model in zip(titles, given, strict=True)]
    chosen = tuple(sections or (name for name in SECTIONS if name != 'detection' or detect))
    choice = Choice(chosen, quick, seed, None if cutouts is None else str(cutouts))
    with TemporaryDirectory() as temporary:
        job = Job(
            faces,
            entries,
            choice,
            Path(out or temporary),
            _entry('default', 'default', faces.classes, device),
            duplicates=duplicates,
            duplicates_note=note,
            baseline=baseline,
            batch_size=batch_size,
            processes=processes,
            overwrite=overwrite,
            device=choose_device(device).type,
            **facts,
        )
        content = make_report(job, progress_bar if progress else None)
        if out is not None:
            write_report(content, Path(out))
    return content


def _read(data: Any, config: 'Config | None') -> tuple[Faces, dict[str, Any]]:
    """The images, and what the job needs to know about the data set."""
    from ofer.report.faces import read_faces
    from ofer.report.sources import faces_of_config, training_duplicates

    unknown: tuple[np.ndarray | None, str] = (None, 'not checked: the training images are not known')
    if isinstance(data, Faces):
        return data, dict(duplicates=unknown)
    if isinstance(data, tuple):
        images, labels, classes = data
        names = tuple(f'{index:06d}' for index in range(len(images)))
        return Faces('images', names, np.asarray(images), np.asarray(labels), tuple(classes)), dict(duplicates=unknown)
    if hasattr(data, 'get_data_info'):
        return read_faces(data), dict(data_type=type(data).__name__, split=str(getattr(data, 'split', 'train')), duplicates=unknown)
    if isinstance(data, (str, Path)) and Path(data).is_dir():
        dataset: Mapping[str, Any] = dict(type='FaceFolder', data_root=str(data), split=None)
        tests: Mapping[str, Any] = {}
    else:
        if isinstance(data, (str, Path)) and not str(data).endswith('.py') and str(data) not in config_files():
            raise ValueError(f'data: {data}: no such folder of images, and no config of this name. `ofer models` lists the configs.')
        found = config if data is None else _config(data)
        if found is None:
            raise ValueError('data: give a config, a folder or images: no model has a config that names a data set')
        if not found.get('test_dataloader'):
            raise ValueError(f'{found.filename}: has no test_dataloader, so it names no data set')
        dataset = _innermost(found.test_dataloader.dataset.to_dict())
        tests = found.get('test_sets') or {}
    faces, problems = faces_of_config(dataset, tests)
    return faces, dict(
        data_type=dataset['type'],
        split=str(dataset.get('split', 'train')),
        duplicates=training_duplicates(faces, dataset),
        problems=tuple(problems),
    )


def _entry(name: str, model: Any, classes: Sequence[str], device: str | None) -> Entry:
    """The description of a model."""
    from ofer.apis.named_weights import weights_file
    from ofer.apis.recognisers import load_recogniser
    from ofer.inference.parts import choose_device
    from ofer.inference.recogniser import Recogniser
    from ofer.report.contenders import file_hash
    from ofer.weights import RECOGNISERS, SHIPPED, read_weights, shipped_file

    if isinstance(model, str) and model in {'default', *RECOGNISERS}:
        weights = 'recogniser' if model == 'default' else model
        described = read_weights(shipped_file(weights))[1].get('config')
        stated: dict[str, Any] = {'weights_sha256': SHIPPED[weights], **(training_data(described) if described else {})}
        return Entry(name, OfRecogniser(name, partial(load_recogniser, model, None, choose_device(device)), stated), _identity(stated))
    if isinstance(model, tuple):
        config, checkpoint = model
        checkpoint = None if checkpoint is None else weights_file(checkpoint, config)
        found = _config(config)
        hashes = dict(config_sha256=_config_hash(found), weights_sha256=file_hash(checkpoint), stages_sha256=_stage_hashes(found))
        facts: dict[str, Any] = {'config': str(config), **training_data(found), **hashes}
        loader: Callable[[], Any] = partial(load_recogniser, config, checkpoint, choose_device(device))
        return Entry(name, OfRecogniser(name, loader, facts), _identity(facts))
    if isinstance(model, Recogniser):
        return Entry(name, OfRecogniser(name, partial(_same, model)), {'object': name})
    if isinstance(model, str) and model.startswith('adapter:'):
        tool = model.removeprefix('adapter:')
        return Entry(name, OfCallable(name, tool, classes), {'adapter': tool})
    if callable(model):
        return Entry(name, OfCallable(name, model, classes), {'callable': _title(model)})
    raise ValueError(f"models: {model!r}: expected 'default', a name of weights, (config, checkpoint), 'adapter:NAME' or a callable")


def _stage_hashes(config: 'Config') -> dict[str, str | None]:
    """SHA-256 of the files that a config names for its stages and priors, by name."""
    from ofer.engine.config.named_files import named_files
    from ofer.report.contenders import file_hash

    return {name: file_hash(file) for name, file in named_files(config.get('model')).items()}


def _same(value: Any) -> Any:
    return value


def _identity(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key.endswith('sha256')}


def _title(model: Any) -> str:
    if isinstance(model, tuple):
        return Path(str(model[0])).stem
    if isinstance(model, str):
        return model.removeprefix('adapter:')
    return getattr(model, '__name__', type(model).__name__)


def _config(config: Any) -> 'Config':
    from mmengine.config import Config

    from ofer.engine.config import read_config
    from ofer.shipped import find_config

    if isinstance(config, Config):
        return config
    is_file = isinstance(config, Path) or str(config).endswith('.py')
    return read_config(config if is_file else find_config(str(config)))


def _innermost(dataset: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data set inside of wrappers."""
    while isinstance(dataset.get('dataset'), Mapping):
        dataset = dataset['dataset']
    return dataset


def _config_hash(config: 'Config') -> str:
    """SHA-256 of what a config says, with its bases and every change."""
    content = json.dumps(config.to_dict(), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def training_data(config: Any) -> dict[str, Any]:
    """Of the training of a config, by type of data set.

    Returns:
        ``trained_on``, the types, None if the config names none; ``trained_splits``; ``trained_without``, the splits whose images were left
        out of all of them.

    Example:
        >>> from mmengine.config import Config
        >>> faces = dict(type='FERPlus', without=('test',))
        >>> training_data(Config(dict(train_dataloader=dict(dataset=faces))))['trained_without']
        {'FERPlus': ['test']}
    """
    from ofer.datasets.base import FERDataset
    from ofer.engine.benchmark import dicts
    from ofer.registry import DATASETS

    loader = _config(config).get('train_dataloader')
    splits: dict[str, set[str]] = {}
    left_out: dict[str, set[str]] = {}
    for node in dicts(loader.to_dict()) if loader else ():
        name = node.get('type')
        kind = DATASETS.get(name) if isinstance(name, str) else None
        if isinstance(kind, type) and issubclass(kind, FERDataset):
            given = node.get('split', 'train')
            splits.setdefault(str(name), set()).update(given if isinstance(given, (list, tuple)) else [str(given)])
            without = set(node.get('without', ()))
            left_out[str(name)] = left_out.get(str(name), without) & without
    return dict(
        trained_on=sorted(splits) or None,
        trained_splits={name: sorted(found) for name, found in sorted(splits.items())},
        trained_without={name: sorted(found) for name, found in sorted(left_out.items())},
    )
