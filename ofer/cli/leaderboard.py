"""A leaderboard from the occlusion reports of a folder: ``ofer leaderboard reports/ --out leaderboard.html``.

Every report.json is checked: its layout, its numbers, its digest, and the hashes of its models. Reports share a table only if their images,
classes, protocol version and seed are the same. A file that is refused is named with the reason, and the exit status is 1.
"""

import argparse
from pathlib import Path

from ofer.cli.options import file_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('folder', type=Path, help='folder with report.json files, also in subfolders')
    parser.add_argument('--out', type=file_of('.html', '.md'), metavar='FILE', help='page to write (.html or .md; default: print Markdown)')


def main(args: argparse.Namespace) -> int:
    import sys

    from ofer.report.leaderboard import leaderboard_html, leaderboard_markdown, read_leaderboard

    board = read_leaderboard(args.folder)
    if args.out is None:
        print(leaderboard_markdown(board))
    else:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text((leaderboard_html if args.out.suffix == '.html' else leaderboard_markdown)(board), encoding='utf-8')
    for reason in board.refused:
        print(f'refused: {reason}', file=sys.stderr)
    return 1 if board.refused else 0
