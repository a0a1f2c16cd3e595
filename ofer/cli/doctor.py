"""Versions, devices, weights with their hashes, and a self-test with numbers: what to send along with a question.

Exit status: 0, all is well; 1, something is wrong.
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument('--device', help='cpu, cuda, ... where the networks are tried (default: a GPU where there is one)')


def main(args: argparse.Namespace) -> int:
    """Run the command; gives its exit status."""
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
