"""Steps of training and inference on random images, and how long and how much memory they take."""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.optim import build_optim_wrapper

from ofer.categories import PARSING_CLASSES
from ofer.engine.caching.feature_cache import FeatureCache
from ofer.engine.hooks.feature_cache import flatten, unflatten
from ofer.structures import FaceSample


def cached(model: BaseModel, data: dict[str, Any], folder: str, device: str) -> FeatureCache:
    """A feature cache of a batch's images."""
    with torch.no_grad():
        found = flatten(model.precompute(model.data_preprocessor(data)['inputs'].to(device)))
    features = {name: value.float().cpu().numpy()[:, None].repeat(2, 1) for name, value in found.items()}
    cache = FeatureCache.create(folder, {}, len(data['inputs']), {name: value.shape[2:] for name, value in features.items()})
    cache.write(range(len(data['inputs'])), features)
    return cache


def reading(model: BaseModel, cache: FeatureCache, step: Callable[[], Any], device: str) -> Callable[[], Any]:
    """The step with the priors from a cache, each of the batch's images by its place in the batch."""

    def precompute(inputs: Any, data_samples: Any) -> dict[str, Any]:
        del data_samples
        found = cache.read(range(len(inputs)), [False] * len(inputs))
        return unflatten({name: value.to(device) for name, value in found.items()})

    def read_and_step() -> None:
        model.precompute = precompute
        try:
            step()
        finally:
            del model.precompute

    return read_and_step


def training_step(model: BaseModel, config: Config, data: dict[str, Any], **wrapper_options: Any) -> Callable[[], Any]:
    """One step of the config's optimiser."""
    wrapper = build_optim_wrapper(model, {**config.optim_wrapper.to_dict(), **wrapper_options})

    def step() -> None:
        model.train()
        model.train_step(data, wrapper)

    return step


def inference_step(model: BaseModel, size: int, image_size: int, device: str, amp: bool = False) -> Callable[[], Any]:
    """One forward pass without gradients."""
    inputs = torch.randn(size, 3, image_size, image_size, device=device)

    @torch.inference_mode()
    def step() -> None:
        model.eval()
        with torch.autocast(device, enabled=amp):
            model(inputs, mode='tensor')

    return step


def random_batch(config: Config, size: int, image_size: int) -> dict[str, Any]:
    """Images and every kind of label that a model here is trained on."""
    head = config.model.get('head') or {}
    num_classes = head.get('num_classes', 7)
    samples = []
    for label in torch.randint(num_classes, (size,)):
        sample = FaceSample().set_gt_label(label)
        if any(node.get('use_soft') for node in dicts(config.model)):
            sample.set_gt_score(torch.eye(num_classes)[label])
        sample.gt_landmarks = torch.rand(68, 2)
        sample.gt_parsing = torch.randint(len(PARSING_CLASSES), (image_size, image_size))
        samples.append(sample)
    images = torch.randint(256, (size, 3, image_size, image_size), dtype=torch.uint8)
    return {'inputs': list(images), 'data_samples': samples}


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Every dict in a config's value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from dicts(item)


class Clock(NamedTuple):
    """Seconds that something took: on the wall, and of this process on all cores."""

    wall: float
    cpu: float


def timed(step: Callable[[], Any], device: str) -> Clock:
    """Time of one step, until its results are there."""
    synchronize = torch.cuda.synchronize if device != 'cpu' else int
    synchronize()
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    synchronize()
    return Clock(time.perf_counter() - wall, time.process_time() - cpu)


def spread(values: list[float], digits: int = 3) -> str:
    """Median, least and most."""
    return f'{statistics.median(values):.{digits}f} ({min(values):.{digits}f} - {max(values):.{digits}f})'


@contextmanager
def peak_memory(device: str) -> Iterator[list[float]]:
    """Yields a list that holds, afterwards, the most memory in use within, MiB: of the GPU's allocator, or of the whole process."""
    peak: list[float] = []
    if device != 'cpu':
        torch.cuda.reset_peak_memory_stats()
        yield peak
        peak.append(torch.cuda.max_memory_allocated() / 2**20)
        return
    with suppress(OSError):  # elsewhere than on Linux it is the peak since the start
        Path('/proc/self/clear_refs').write_text('5', encoding='ascii')
    yield peak
    scale = 2**20 if sys.platform == 'darwin' else 2**10
    peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale)


def hardware(device: str) -> str:
    """The machine, in words."""
    if device != 'cpu':
        return torch.cuda.get_device_name()
    return f'CPU, {torch.get_num_threads()} threads'
