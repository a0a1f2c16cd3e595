"""Speed and memory of a config's model: ``ofer analyze benchmark configs/orsanet_rafdb.py --batch-sizes 1 8``.

Images are random and of the size that the config trains on; neither data nor weights are needed. A training step is the config's own:
forward, backward and optimiser, for SAM both passes. ``--compare-priors`` times SAM's step with the frozen priors computed in both
passes, as in the published code, against once and against read from a feature cache, in turns, so that whatever else the machine does falls
on all of them.
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from ofer.cli.options import add_overrides

if TYPE_CHECKING:
    from mmengine.config import Config
    from mmengine.model import BaseModel

    from ofer.engine.caching.feature_cache import FeatureCache


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('--batch-sizes', type=int, nargs='+', help="default: 1 and the config's training batch")
    parser.add_argument('--image-size', type=int, help="height and width, pixels (default: the config's)")
    parser.add_argument('--steps', type=int, default=5, help='steps that are timed, after a first one that is not')
    parser.add_argument('--what', choices=['train', 'inference', 'both'], default='both')
    parser.add_argument('--compare-priors', action='store_true', help='SAM: priors in both passes against once and from a cache')
    parser.add_argument('--device', default=None, help='cpu or cuda (default: cuda where there is one)')
    parser.add_argument('--amp', action='store_true', help='mixed precision')
    parser.add_argument('--channels-last', action='store_true', help='convolution weights with the channels last')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import torch
    from mmengine.registry import DefaultScope

    from ofer.engine.config import image_size, read_config, use_mixed_precision
    from ofer.registry import MODELS, SCOPE

    config = read_config(args.config, args.cfg_options)
    if args.amp:
        use_mixed_precision(config)
    args.device = args.device or ('cuda' if torch.cuda.is_available() else 'cpu')
    args.image_size = args.image_size or image_size(config)
    args.batch_sizes = args.batch_sizes or [1, config.train_dataloader.batch_size]
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model).to(args.device)
        if args.channels_last:
            model.to(memory_format=torch.channels_last)
        print(f'{Path(args.config).stem}, {args.image_size} x {args.image_size} pixels, {hardware(args.device)}')
        trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
        frozen = sum(p.numel() for p in model.parameters()) - trainable
        print(f'parameters: {trainable / 1e6:.2f} M trained, {frozen / 1e6:.2f} M frozen; {"mixed" if args.amp else "full"} precision\n')
        if args.compare_priors:
            compare_priors(model, config, args)
        else:
            measure(model, config, args)


def measure(model: 'BaseModel', config: 'Config', args: argparse.Namespace) -> None:
    """Table of images/s and peak memory."""
    from ofer.evaluation.report import markdown_table

    rows = []
    for what in ('inference', 'train'):
        if args.what not in (what, 'both'):
            continue
        for size in args.batch_sizes:
            if what == 'train':
                step = training_step(model, config, random_batch(config, size, args.image_size))
            else:
                step = inference_step(model, size, args)
            with peak_memory(args.device) as peak:
                times = [timed(step, args.device).wall for _ in range(args.steps + 1)][1:]
            rate = size / statistics.median(times)
            rows.append([what, str(size), f'{rate:.2f}', spread([1000 * t for t in times], 1), f'{peak[0]:.0f}'])
    print(markdown_table(['what', 'batch', 'images/s', 'ms/step: median (min - max)', 'peak memory, MiB'], rows))


def compare_priors(model: 'BaseModel', config: 'Config', args: argparse.Namespace) -> None:
    """How much faster two ways are than the published one, for neighbouring steps.

    Raises:
        UsageError: the config does not train with SAM, or its model has nothing to compute beforehand.
    """
    from ofer.engine.processes.launch import UsageError
    from ofer.evaluation.report import markdown_table

    if config.optim_wrapper.get('type') != 'SAMOptimWrapper' or not hasattr(model, 'precompute'):
        raise UsageError(f'{args.config}: --compare-priors needs SAMOptimWrapper and a model with frozen priors')
    rows = []
    for size in args.batch_sizes:
        data = random_batch(config, size, args.image_size)
        with TemporaryDirectory() as folder:
            cache = cached(model, data, folder, args.device)
            steps = {
                'in both passes': training_step(model, config, data, precompute=False),
                'once': training_step(model, config, data),
                'from a cache': reading(model, cache, training_step(model, config, data), args.device),
            }
            clocks: dict[str, list[Clock]] = {name: [] for name in steps}
            for turn in range(args.steps + 1):
                for name in steps if turn % 2 else reversed(steps):
                    clocks[name].append(timed(steps[name], args.device))
        for name, (_, *times) in clocks.items():  # the first step is not counted
            _, *slow = clocks['in both passes']
            rate = size / statistics.median(clock.wall for clock in times)
            wall = spread([old.wall / new.wall for old, new in zip(slow, times, strict=True)])
            cpu = spread([old.cpu / new.cpu for old, new in zip(slow, times, strict=True)]) if args.device == 'cpu' else ''
            rows.append([str(size), name, f'{rate:.3f}', wall, cpu])
    print(
        markdown_table(['batch', 'priors', 'images/s', 'faster than in both passes by: median (min - max of pairs)', 'in CPU time'], rows)
    )


def cached(model: 'BaseModel', data: dict[str, Any], folder: str, device: str) -> 'FeatureCache':
    """A feature cache of a batch's images."""
    import torch

    from ofer.engine.caching.feature_cache import FeatureCache
    from ofer.engine.hooks.feature_cache import flatten

    with torch.no_grad():
        found = flatten(model.precompute(model.data_preprocessor(data)['inputs'].to(device)))
    features = {name: value.float().cpu().numpy()[:, None].repeat(2, 1) for name, value in found.items()}
    cache = FeatureCache.create(folder, {}, len(data['inputs']), {name: value.shape[2:] for name, value in features.items()})
    cache.write(range(len(data['inputs'])), features)
    return cache


def reading(model: 'BaseModel', cache: 'FeatureCache', step: Callable[[], Any], device: str) -> Callable[[], Any]:
    """The step with the priors from a cache, each of the batch's images by its place in the batch."""
    from ofer.engine.hooks.feature_cache import unflatten

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


def training_step(model: 'BaseModel', config: 'Config', data: dict[str, Any], **wrapper_options: Any) -> Callable[[], Any]:
    """One step of the config's optimiser."""
    from mmengine.optim import build_optim_wrapper

    wrapper = build_optim_wrapper(model, {**config.optim_wrapper.to_dict(), **wrapper_options})

    def step() -> None:
        model.train()
        model.train_step(data, wrapper)

    return step


def inference_step(model: 'BaseModel', size: int, args: argparse.Namespace) -> Callable[[], Any]:
    """One forward pass without gradients."""
    import torch

    inputs = torch.randn(size, 3, args.image_size, args.image_size, device=args.device)

    @torch.inference_mode()
    def step() -> None:
        model.eval()
        with torch.autocast(args.device, enabled=args.amp):
            model(inputs, mode='tensor')

    return step


def random_batch(config: 'Config', size: int, image_size: int) -> dict[str, Any]:
    """Images and every kind of label that a model here is trained on."""
    import torch

    from ofer.categories import PARSING_CLASSES
    from ofer.structures import FaceSample

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
    import torch

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
    import torch

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
    import torch

    if device != 'cpu':
        return torch.cuda.get_device_name()
    return f'CPU, {torch.get_num_threads()} threads'
