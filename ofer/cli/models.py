"""List the names of models for `ofer predict --model`, `ofer train` and ofer.get_model.

ofer models
ofer models 'orsanet_*'
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('pattern', nargs='?', help="names, e.g. 'orsanet_*' (default: all)")


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status: 1 if no name matches."""
    from ofer.apis.configs import describe_config, list_models

    names = list_models(args.pattern)
    if not names:
        print(f'no model is called {args.pattern}')
        return 1
    width = max(map(len, names))
    for name in names:
        print(f'{name:{width}}  {describe_config(name)}')
    return 0
