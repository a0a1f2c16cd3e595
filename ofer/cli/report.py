"""How well models stand occlusion, and whether one is better than another.

    ofer report CONFIG CHECKPOINT [CONFIG CHECKPOINT ...] --out DIR
    ofer report default orsanet --data configs/baselines/plain_ferplus.py --out DIR --quick
    ofer report default --adapter my_module:my_function --data faces/ --out DIR
    ofer report --check

A model is a config with its checkpoint, a config of a pipeline that names its own files, or a name of weights that come with the package
(default: recogniser). All models see the same occluded pixels. DIR gets report.html, report.md, report.tex, report.json and CSV files. A
run that was interrupted continues where it stopped when the same command is started again.

The images are those of the test_dataloader of the first config, with the published lists among its test_sets, or those of --data: a config,
or a folder with a subfolder for each class. --check compares this installation with reference values, in about two minutes.
"""

import argparse
from pathlib import Path

from ofer.cli.options import add_overrides, at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        'models', nargs='*', metavar='CONFIG CHECKPOINT', help='models; weights of the package by name, such as default, without a config'
    )
    parser.add_argument('--out', type=Path, metavar='DIR', help='folder for the report and for the answers of the models')
    parser.add_argument('--data', metavar='CONFIG|DIR', help='images: a config, or a folder with a subfolder for each class')
    parser.add_argument(
        '--adapter', action='append', default=[], metavar='NAME', help='another tool, or MODULE:CALLABLE; may be given several times'
    )
    parser.add_argument('--names', nargs='+', metavar='NAME', help='names of the models in the report, adapters last')
    parser.add_argument('--quick', action='store_true', help='fewer fills, shares and severities, and 500 images')
    parser.add_argument('--images', type=at_least(1), metavar='N', help='a fixed part of the images')
    parser.add_argument('--sections', nargs='+', metavar='NAME', help='only these sections')
    parser.add_argument('--detect', action='store_true', help='measure what share of the faces the detector finds')
    parser.add_argument('--cutouts', type=Path, metavar='DIR', help='cut-outs (RGBA) for the objects, a subfolder for each kind')
    parser.add_argument('--baseline', metavar='NAME', help='model that corruption errors are relative to (default: the first)')
    parser.add_argument('--batch-size', type=at_least(1), default=64, help='images that are drawn together; changes no number')
    parser.add_argument('--processes', type=at_least(1), default=1, help='number of processes; changes no number')
    parser.add_argument('--device', help='cpu or cuda (default: cuda if available)')
    parser.add_argument('--seed', type=at_least(0), default=0, help='of all protocols; published numbers use 0')
    parser.add_argument('--overwrite', action='store_true', help='replace answers in DIR of other models or data')
    parser.add_argument('--check', action='store_true', help='compare this installation with the reference values, on drawn faces')
    parser.add_argument('--update', action='store_true', help='with --check: write the reference values')
    add_overrides(parser, 'test_dataloader.dataset.data_root=data/fer2013; they change the config of the images')


def main(args: argparse.Namespace) -> int | None:
    from ofer.apis.reports import occlusion_report
    from ofer.engine.processes.launch import UsageError

    if args.check or args.update:
        alone(args)
        return check(args.update)
    models = [*paired(args.models), *(f'adapter:{name}' for name in args.adapter)]
    if not models:
        raise UsageError('give a config with its checkpoint, default or another name of weights, or --adapter')
    if args.out is None:
        raise UsageError('--out: give a folder for the report')
    data = args.data
    if args.cfg_options:
        data = overridden(data or next((model[0] for model in models if isinstance(model, tuple)), None), args.cfg_options)
    passed = {
        name: value
        for name, value in vars(args).items()
        if name not in ('models', 'data', 'out', 'adapter', 'cfg_options', 'check', 'update', 'main', 'debug')
    }
    content = occlusion_report(models, data, args.out, progress=True, **passed)
    for problem in content['problems']:
        print(f'note: {problem}')
    seconds = content['run']['seconds']
    print(f'{args.out / "report.html"}: {seconds["answers"]:.0f} answers in {seconds["measuring"]:.0f} s')
    return None


def alone(args: argparse.Namespace) -> None:
    """Check that --check has no other option beside it than --update.

    Raises:
        UsageError: there is another one, or --update has no --check.
    """
    from ofer.engine.processes.launch import UsageError

    if not args.check:
        raise UsageError('--update: goes with --check only')
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    usual = vars(parser.parse_args(['--check']))
    others = [name for name, value in usual.items() if getattr(args, name) != value and name != 'update']
    if others:
        names = ', '.join('CONFIG' if name == 'models' else f'--{name.replace("_", "-")}' for name in others)
        raise UsageError(f'{names}: --check goes with --update only. Leave out --check for a report.')


def check(update: bool) -> int:
    """Compare with the reference values, or write them."""
    from ofer.apis.recognisers import load_recogniser
    from ofer.report.check import IMAGES, deviations, measured_values, read_reference, write_reference

    measured = measured_values(load_recogniser)
    if update:
        write_reference(measured)
        print('reference values written')
        return 0
    found = deviations(measured, read_reference())
    for one in found:
        print(one)
    number = sum(map(len, measured['right_answers'].values()))
    print(f'{number} values of {len(measured["right_answers"])} models on {IMAGES} drawn faces: {len(found) or "no"} deviations')
    return 1 if found else 0


def paired(words: list[str]) -> list[object]:
    """Models of the command line: names of weights of the package, and configs, each with the checkpoint behind it if there is one.

    >>> paired(['default', 'orsanet', 'a.py', 'a.pth', 'pipeline.py', 'orsanet_rafdb', 'b.safetensors'])
    ['default', 'orsanet', ('a.py', 'a.pth'), ('pipeline.py', None), ('orsanet_rafdb', 'b.safetensors')]
    """
    from ofer.shipped import config_files
    from ofer.weights import RECOGNISERS

    found: list[object] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in {'default', *RECOGNISERS}:
            found.append(word)
        else:
            follows = bool(rest) and rest[0] != 'default' and not rest[0].endswith('.py') and rest[0] not in config_files()
            found.append((word, rest.pop(0) if follows else None))
    return found


def overridden(config: str | None, options: list[str]) -> object:
    """The config of the images with overrides."""
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.shipped import find_config

    if config is None or Path(config).is_dir():
        raise UsageError('--cfg-options: the images have no config')
    return read_config(config if config.endswith('.py') else find_config(config), options)
