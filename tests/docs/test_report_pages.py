"""Pages about the occlusion report: commands parse, links and pictures are there, and definitions are those of the code."""

import re
import shlex
from pathlib import Path

import pytest

from ofer.cli.main import parse
from ofer.report.check import read_reference
from ofer.report.protocols import VERSION
from ofer.report.rendering.words import SECTION_NOTES, SECTION_TITLES

DOCS = Path(__file__).resolve().parents[2] / 'docs'
PAGES = ('occlusion_report', 'occlusion_protocol', 'leaderboard')


@pytest.mark.parametrize('page', PAGES)
def test_commands_and_links(page: str) -> None:
    text = (DOCS / f'{page}.md').read_text(encoding='utf-8')
    for block in re.findall(r'```bash\n(.*?)```', text, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line.replace('[', '').replace(' ...]', ''), comments=True)
            assert words[0] == 'ofer'
            parse(words[1:])
    for target in re.findall(r'\]\(([^)#:]+)', text):
        assert (DOCS / target).exists(), target
        if target.endswith('.webp'):
            assert (DOCS / target).stat().st_size < 150_000


def test_the_protocol_page_is_that_of_the_code() -> None:
    text = (DOCS / 'occlusion_protocol.md').read_text(encoding='utf-8')
    assert f'# The protocol of the occlusion report, version {VERSION}\n' in text
    reference = read_reference()
    sha256 = reference['network_sha256']
    for model, counts in reference['right_answers'].items():
        names = ('clean', 'square-black-10', 'square-black-20', 'square-black-30', 'square-mean-30', 'patches-black-30')
        title = f'`network` ({sha256[:4]} {sha256[4:8]}...)' if model == 'network' else f'`{model}`'
        assert f'| {title} | {" | ".join(str(counts[name]) for name in names)} |' in text
    assert set(SECTION_NOTES) == set(SECTION_TITLES)
