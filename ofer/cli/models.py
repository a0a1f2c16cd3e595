"""List the models that `ofer predict --model`, `ofer train` and ofer.get_model know by name.

ofer models
ofer models 'orsanet_*'
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument('pattern', nargs='?', help="names, e.g. 'orsanet_*' (default: all)")


def main(args: argparse.Namespace) -> int:
    """Run the command; gives its exit status: 1 where no name fits."""
    from ofer.apis.configs import describe_config, list_models

    names = list_models(args.pattern)
    if not names:
        print(f'no model is called {args.pattern}')
        return 1
    width = max(map(len, names))
    for name in names:
        print(f'{name:{width}}  {describe_config(name)}')
    return 0
