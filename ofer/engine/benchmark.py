"""Time and memory of training steps and inference steps on random images."""

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
    """A feature cache of the images of a batch."""
    with torch.no_grad():
        found = flatten(model.precompute(model.data_preprocessor(data)['inputs'].to(device)))
    features = {name: value.float().cpu().numpy()[:, None].repeat(2, 1) for name, value in found.items()}
    cache = FeatureCache.create(folder, {}, len(data['inputs']), {name: value.shape[2:] for name, value in features.items()})
    cache.write(range(len(data['inputs'])), features)
    return cache


def reading(model: BaseModel, cache: FeatureCache, step: Callable[[], Any], device: str) -> Callable[[], Any]:
    """The step with priors from a cache; an image has the same index in the cache as in the batch."""

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
    """One training step with the optimiser of the config."""
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
    """Random images with every kind of label that the models are trained on."""
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
    """Every dict in a value of a config."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from dicts(item)


class Clock(NamedTuple):
    """Seconds of a step: wall-clock time, and CPU time of this process over all cores."""

    wall: float
    cpu: float


def timed(step: Callable[[], Any], device: str) -> Clock:
    """Time of one step, until its results are computed."""
    synchronize = torch.cuda.synchronize if device != 'cpu' else int
    synchronize()
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    synchronize()
    return Clock(time.perf_counter() - wall, time.process_time() - cpu)


def spread(values: list[float], digits: int = 3) -> str:
    """Median, minimum and maximum."""
    return f'{statistics.median(values):.{digits}f} ({min(values):.{digits}f} - {max(values):.{digits}f})'


@contextmanager
def peak_memory(device: str) -> Iterator[list[float]]:
    """Yields a list that afterwards holds the peak memory of the block, in MiB: of the GPU allocator, or of the whole process."""
    peak: list[float] = []
    if device != 'cpu':
        torch.cuda.reset_peak_memory_stats()
        yield peak
        peak.append(torch.cuda.max_memory_allocated() / 2**20)
        return
    with suppress(OSError):  # on other systems than Linux: the peak since the start of the process
        Path('/proc/self/clear_refs').write_text('5', encoding='ascii')
    yield peak
    scale = 2**20 if sys.platform == 'darwin' else 2**10
    peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale)


def hardware(device: str) -> str:
    """Description of the machine."""
    if device != 'cpu':
        return torch.cuda.get_device_name()
    return f'CPU, {torch.get_num_threads()} threads'
