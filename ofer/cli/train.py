"""Train the model of a config: ``ofer train configs/orsanet_rafdb.py``."""

import argparse
import time
from pathlib import Path

from ofer.cli.options import add_launcher, add_overrides, at_least, seconds, set_local_rank


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('--work-dir', help='folder for checkpoints and logs (default: work_dirs/<name of the config>)')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='PATH',
        help='resume from a checkpoint; without PATH (or with "auto") from the last one in the work dir, if there is one',
    )
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: bfloat16 on GPUs and on CPUs with such instructions, float16 on older GPUs; other CPUs use float32',
    )
    parser.add_argument('--compile', action='store_true', help='compile the networks: slower to start, then faster, especially on GPUs')
    parser.add_argument(
        '--large-gpu',
        action='store_true',
        help='--amp, channels-last, steps recorded as CUDA graphs, more workers, and with --time compiled if it pays',
    )
    parser.add_argument(
        '--time', type=seconds, metavar='TIME', help='fit the length of the training and of its schedules to this time, e.g. 8min'
    )
    parser.add_argument('--tensorboard', action='store_true', help='write learning curves; show them with tensorboard --logdir work_dirs')
    parser.add_argument('--no-validate', action='store_true', help='do not evaluate during training')
    add_overrides(parser, 'optim_wrapper.optimizer.lr=1e-3')
    add_launcher(parser)
    parser.add_argument('--seed', type=at_least(0), help="random seed (default: the config's, or the resumed checkpoint's)")


def main(args: argparse.Namespace) -> None:
    started = time.monotonic()
    import torch

    from ofer.engine.config import TRAINING, latest_checkpoint, read_config, resumed_meta, use_mixed_precision, use_tensorboard
    from ofer.engine.config.large_gpu import use_large_gpu
    from ofer.engine.processes.launch import UsageError, start_processes
    from ofer.engine.runner import Runner
    from ofer.engine.time_fitting import fit_to_time

    set_local_rank(args)
    config = read_config(args.config, args.cfg_options, TRAINING)
    config.launcher = args.launcher
    config.work_dir = args.work_dir or config.get('work_dir') or str(Path('work_dirs') / Path(args.config).stem)
    if args.seed is not None:
        config.randomness = dict(config.get('randomness', {}), seed=args.seed)
    if args.amp:
        use_mixed_precision(config)
    if args.large_gpu:
        use_large_gpu(config, workers=min(8, torch.get_num_threads()))
    if args.compile:
        config.custom_hooks = [hook for hook in config.get('custom_hooks', []) if hook['type'] != 'CompileHook']
        config.custom_hooks.append(dict(type='CompileHook', trained=True))
    if args.tensorboard:
        use_tensorboard(config)
    if args.no_validate:
        config.val_dataloader = config.val_cfg = config.val_evaluator = None
    if args.resume:
        path = latest_checkpoint(config.work_dir) if args.resume == 'auto' else Path(args.resume)
        if path is not None and not path.is_file():
            raise FileNotFoundError(f'--resume {path}: no such checkpoint.')
        config.resume = path is not None
        if path is not None:  # else load_from of the config is used
            config.load_from = str(path)
            seed = resumed_meta(path).get('seed')
            if args.seed is None and seed is not None:  # mmengine restores it only after the samplers are built
                config.randomness = dict(config.get('randomness', {}), seed=seed)
    start_processes(config)
    runner = Runner.from_cfg(config)
    if args.time is not None:
        if args.launcher != 'none':
            raise UsageError('--time: several processes would choose several lengths; train in one process, or set the length')
        fit_to_time(runner, started + args.time, may_compile=args.large_gpu and torch.cuda.is_available())
    runner.train()
