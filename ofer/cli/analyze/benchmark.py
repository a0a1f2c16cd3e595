"""Speed and memory of the model of a config: ``ofer analyze benchmark configs/orsanet_rafdb.py --batch-sizes 1 8``.

Images are random and have the training size of the config; neither data nor weights are needed. A training step is that of the config:
forward, backward and optimiser, for SAM both passes. ``--compare-priors`` times the step of SAM with the frozen priors computed in both
passes, as in the published code, computed once, and read from a feature cache. The three take turns, so that other load on the machine
affects all of them.
"""

import argparse
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ofer.cli.options import add_overrides, at_least

if TYPE_CHECKING:
    from mmengine.config import Config
    from mmengine.model import BaseModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('--batch-sizes', type=at_least(1), nargs='+', help='default: 1 and the training batch size of the config')
    parser.add_argument('--image-size', type=at_least(1), help="height and width, pixels (default: the config's)")
    parser.add_argument('--steps', type=at_least(1), default=5, help='number of timed steps, after one warm-up step')
    parser.add_argument('--what', choices=['train', 'inference', 'both'], default='both')
    parser.add_argument(
        '--compare-priors', action='store_true', help='SAM: compare priors computed in both passes, once, and read from a cache'
    )
    parser.add_argument('--device', default=None, help='cpu or cuda (default: cuda if available)')
    parser.add_argument('--amp', action='store_true', help='mixed precision; float32 on CPUs without bfloat16 instructions')
    parser.add_argument('--channels-last', action='store_true', help='convolution weights in channels-last layout')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import torch
    from mmengine.registry import DefaultScope

    from ofer.engine.benchmark import hardware
    from ofer.engine.config import image_size, read_config, use_mixed_precision
    from ofer.engine.precision import mixed_precision_if_supported
    from ofer.registry import MODELS, SCOPE

    config = read_config(args.config, args.cfg_options)
    args.device = args.device or ('cuda' if torch.cuda.is_available() else 'cpu')
    args.amp = mixed_precision_if_supported(args.amp, torch.device(args.device).type)
    if args.amp:
        use_mixed_precision(config)
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
    from ofer.engine.benchmark import inference_step, peak_memory, random_batch, spread, timed, training_step
    from ofer.evaluation.report import markdown_table

    rows = []
    for what in ('inference', 'train'):
        if args.what not in (what, 'both'):
            continue
        for size in args.batch_sizes:
            if what == 'train':
                step = training_step(model, config, random_batch(config, size, args.image_size))
            else:
                step = inference_step(model, size, args.image_size, args.device, args.amp)
            with peak_memory(args.device) as peak:
                times = [timed(step, args.device).wall for _ in range(args.steps + 1)][1:]
            rate = size / statistics.median(times)
            rows.append([what, str(size), f'{rate:.2f}', spread([1000 * t for t in times], 1), f'{peak[0]:.0f}'])
    print(markdown_table(['what', 'batch', 'images/s', 'ms/step: median (min - max)', 'peak memory, MiB'], rows))


def compare_priors(model: 'BaseModel', config: 'Config', args: argparse.Namespace) -> None:
    """Print the speed-up of the two other methods over the published one, for pairs of neighbouring steps.

    Raises:
        UsageError: the config does not train with SAM, or its model has nothing to precompute.
    """
    from ofer.engine.benchmark import Clock, cached, random_batch, reading, spread, timed, training_step
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
