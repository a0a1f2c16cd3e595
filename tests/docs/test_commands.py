"""Every command line of the documentation is one that ``ofer`` takes."""

import re
import shlex
from pathlib import Path

import pytest

from ofer.cli.commands import COMMANDS, GROUPS
from ofer.cli.main import parse

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path for path in [ROOT / 'README.md', ROOT / 'CONTRIBUTING.md', *(ROOT / 'docs').glob('*.md'), *(ROOT / 'configs').rglob('*.md')]
)
BLOCK = re.compile(r'```(?:bash|sh|console)\n(.*?)```', re.DOTALL)
INLINE = re.compile(r'(?<!`)`(?:\$ )?(ofer [a-z][^`\n]*)`')


def lines(text: str) -> list[list[str]]:
    """The words of the ``ofer`` commands in the blocks of a page; those with variables of the shell are left out."""
    found = []
    for block in BLOCK.findall(text):
        for line in block.replace('\\\n', ' ').splitlines():
            if not line.startswith('ofer ') or '$' in line:
                continue
            words = shlex.split(line, comments=True)
            for mark in ('|', '>', '&&', ';'):
                words = words[: words.index(mark)] if mark in words else words
            found.append(words[1:])
    return found


@pytest.mark.parametrize('page', PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_command_lines_are_parsed(page: Path) -> None:
    text = page.read_text(encoding='utf-8')
    for words in lines(text):
        if words[0] not in ('--help', '--version') and '--help' not in words:
            assert parse(words).main
    for command in INLINE.findall(text):
        first, *others = command.split()[1:]
        assert first in COMMANDS or first in GROUPS or first.startswith('-'), command
        if first in GROUPS and others and re.fullmatch('[a-z-]+', others[0]):
            assert f'{first} {others[0]}' in COMMANDS, command


def test_the_first_page_shows_one_way() -> None:
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    assert len(lines(text)) >= 9
    assert [line for line in text.splitlines() if 'python tools/' in line] == [line for line in text.splitlines() if 'In a clone, ' in line]
