"""Versions, devices, weights with their hashes, and a self-test with numbers. Include this output in a question or bug report.

Exit status: 0, no problem found; 1, a check failed.
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--device', help='cpu, cuda, ... for the self-test (default: a GPU if there is one)')


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    from ofer.apis.diagnosis import diagnose

    topic, wrong = '', 0
    for finding in diagnose(args.device):
        if finding.topic != topic:
            topic = finding.topic
            print(topic)
        mark = {None: ' ', True: 'ok', False: 'WRONG'}[finding.good]
        print(f'  {mark:5} {finding.name:14} {finding.text}', flush=True)
        wrong += finding.good is False
    print('all is well' if not wrong else f'{wrong} things are wrong')
    return 1 if wrong else 0
