"""Every command and every piece of Python on the pages for users runs as it stands there."""

import re
import shlex
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = ('predict', 'video', 'deocclude', 'crop', 'coming_from_other_tools')
BLOCK = re.compile(r'```(bash|python)\n(.*?)```', re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of the code on a page, in order."""
    return BLOCK.findall((ROOT / 'docs' / f'{page}.md').read_text(encoding='utf-8'))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages name: photos, crops and videos."""
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    photo = cv2.cvtColor(face_in_a_scene(), cv2.COLOR_RGB2BGR)
    for name in ('photo.jpg', 'photos/a.jpg', 'photos/more/b.png', 'crops/a.png'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), photo)
    for name in ('clip.mp4', 'videos/a.mp4', 'videos/b.mov'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with VideoWriter(tmp_path / name) as writer:
            for i in range(6):
                writer.write(face_in_a_scene(), i / 10)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def face_in_a_scene() -> np.ndarray:
    """A drawn face with much around it, ``(320, 400, 3)``."""
    from ofer.datasets import SyntheticFaces

    scene = np.full((320, 400, 3), 150, np.uint8)
    scene[60:260, 100:300] = SyntheticFaces(length=3, size=200)[1]['img']
    return scene


def run_bash(text: str) -> None:
    for line in text.replace('\\\n', ' ').splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        assert words[0] == 'ofer', f'not tested: {line}'
        status = 0
        try:
            main(words[1:])
        except SystemExit as end:
            status = end.code or 0
        assert status == 0, line


@pytest.mark.parametrize('page', PAGES)
def test_everything_on_the_page_runs(page: str, desk: Path, capsys: pytest.CaptureFixture) -> None:
    names: dict = {}
    for language, text in blocks(page):
        if language == 'bash':
            run_bash(text)
        else:
            exec(compile(text, f'{page}.md', 'exec'), names)
    assert 'Traceback' not in capsys.readouterr().err


def test_every_link_leads_to_a_file() -> None:
    for page in PAGES:
        for target in re.findall(r'\]\(([^)#:]+)\)', (ROOT / 'docs' / f'{page}.md').read_text(encoding='utf-8')):
            assert (ROOT / 'docs' / target).exists(), f'{page}.md: {target}'
