"""List the names of models for `ofer predict --model`, `ofer train` and ofer.get_model.

ofer models
ofer models 'orsanet_*'
ofer models --pretrained
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--pretrained', action='store_true', help='names of weights: of the package, and on the web')
    parser.add_argument('pattern', nargs='?', help="names, e.g. 'orsanet_*' (default: all)")


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status: 1 if no name matches."""
    from ofer.apis.configs import describe_config, list_models
    from ofer.weights import FOLDER, read_cards

    names = list_models(args.pattern, args.pretrained)
    if not names:
        print(f'no model is called {args.pattern}')
        return 1
    width = max(map(len, names))
    cards = read_cards(FOLDER)
    for name in names:
        described = cards.get(name, {}).get('title', 'downloaded on the first use') if args.pretrained else describe_config(name)
        print(f'{name:{width}}  {described}')
    return 0
