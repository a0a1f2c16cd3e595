"""Test a checkpoint: ``ofer test configs/orsanet_rafdb.py work_dirs/orsanet_rafdb/best_accuracy_epoch_60.pth``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from ofer.cli.options import add_launcher, add_overrides, file_of, set_local_rank


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='checkpoint of a training or of ofer convert; not needed if the config names the checkpoint of each stage',
    )
    parser.add_argument('--work-dir', help='folder for logs (default: work_dirs/<name of the config>)')
    sets = parser.add_mutually_exclusive_group()
    sets.add_argument('--all', action='store_true', help='test on all test_sets of the config, not only on its test_dataloader')
    sets.add_argument('--sets', nargs='+', default=[], metavar='NAME', help='test on these test_sets of the config')
    parser.add_argument(
        '--out',
        type=file_of('.json', '.pkl'),
        metavar='FILE',
        help='write metrics, confusion matrices and calibration to FILE (.json or .pkl)',
    )
    parser.add_argument(
        '--show-dir', type=Path, metavar='DIR', help='write pictures: confusion matrix, reliability diagram, sample predictions'
    )
    parser.add_argument(
        '--dump',
        type=file_of('.json', '.pkl'),
        metavar='FILE',
        help='write the prediction for each sample to FILE (.json, e.g. for ofer analyze compare, or .pkl)',
    )
    parser.add_argument('--tta', action='store_true', help='average the predictions of each image and its mirror image')
    parser.add_argument('--amp', action='store_true', help='forward pass in mixed precision; float32 on CPUs without bfloat16 instructions')
    add_overrides(parser, 'test_dataloader.batch_size=16')
    add_launcher(parser)


def main(args: argparse.Namespace) -> None:
    from mmengine.dist import is_main_process

    from ofer.datasets.base import describe_data
    from ofer.engine.checkpoints.weights import load_stages, load_weights
    from ofer.engine.config import TESTING, read_config
    from ofer.engine.processes.launch import UsageError, start_processes
    from ofer.engine.runner import Runner
    from ofer.engine.testing.classes import fer_metric, join_by_name
    from ofer.engine.testing.pictures import draw_test
    from ofer.engine.testing.results import write_results
    from ofer.engine.testing.test_sets import test_sets, with_flip
    from ofer.engine.testing.unwrapping import unwrap_model
    from ofer.evaluation.report import measures_table
    from ofer.registry import MODELS

    set_local_rank(args)
    config = read_config(args.config, args.cfg_options, TESTING)
    config.launcher = args.launcher
    config.work_dir = args.work_dir or config.get('work_dir') or str(Path('work_dirs') / Path(args.config).stem)
    config.load_from, config.resume = None, False  # read below, strictly
    # The training is not built, so its data are not needed.
    for name in ('train_dataloader', 'train_cfg', 'optim_wrapper', 'param_scheduler', 'val_dataloader', 'val_cfg', 'val_evaluator'):
        config[name] = None
    unknown = [name for name in args.sets if name not in config.get('test_sets', {})]
    if unknown:
        raise UsageError(f'--sets {unknown[0]}: {args.config} names the test sets {", ".join(config.get("test_sets", {})) or "none"}')
    if not args.all:
        config.test_sets = {name: config.test_sets[name] for name in args.sets}
    averaging = with_flip(config) if args.tta else None
    start_processes(config)

    runner = Runner.from_cfg(config)
    model = unwrap_model(runner.model)
    trained = load_weights(model, args.checkpoint) if args.checkpoint else load_stages(model)
    if averaging is not None:
        runner.model = MODELS.build({**averaging, 'module': runner.model})
    # All sets are read and checked before the first one is computed.
    kind = dict(type='TestLoop', evaluator=config.test_evaluator, fp16=args.amp)
    loops = [(name, loader, runner.build_test_loop({**kind, 'dataloader': loader})) for name, loader in test_sets(config)]
    for name, _, loop in loops:
        classes = getattr(loop.dataloader.dataset, 'metainfo', {}).get('classes')
        metric = fer_metric(loop)
        if trained and classes:
            note = join_by_name(trained, classes, loop.evaluator.metrics, name)
            if note and is_main_process():
                print(f'note: {note}', file=sys.stderr)
        if metric is not None and classes and trained is None and name == loops[0][0] and is_main_process():
            print(
                f'warning: {args.checkpoint or args.config} does not state its classes; its outputs are taken to be {", ".join(classes)}, '
                'in this order. Otherwise the metrics below are meaningless: convert with ofer convert --labels.',
                file=sys.stderr,
            )
        if metric is None and (args.show_dir or args.dump):
            raise UsageError(f'{args.config}: --show-dir and --dump need a FERMetric in test_evaluator')
    report: dict[str, dict[str, float]] = {}
    details: dict[str, dict[str, Any]] = {}
    predictions: dict[str, list[dict[str, Any]]] = {}
    for name, loader, loop in loops:
        runner.cfg.test_dataloader = loader  # hooks read it
        runner._test_loop = loop
        metric = fer_metric(loop)
        report[name] = runner.test()
        details[name] = {'measures': report[name], 'data': describe_data(loop.dataloader.dataset)}
        if metric is not None and is_main_process():
            details[name].update(classes=metric.classes, absent=metric.absent)
            details[name].update(confusion_matrix=metric.confusion_matrix, reliability=metric.reliability._asdict())
            predictions[name] = metric.predictions
            if args.show_dir is not None:
                draw_test(args.show_dir, name, metric, loop.dataloader.dataset)
    if is_main_process():
        print(measures_table(report))
        facts = {'config': args.config, 'checkpoint': args.checkpoint, 'tta': args.tta, 'amp': all(loop.fp16 for _, _, loop in loops)}
        if args.out is not None:
            write_results(args.out, {**facts, 'sets': details})
        if args.dump is not None:
            write_results(args.dump, {**facts, 'sets': predictions})
