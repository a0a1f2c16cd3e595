"""Every command and every piece of Python on the pages for users runs as it stands there."""

import re
import shlex
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope

from ofer.cli.main import main
from ofer.inference.parts import DETECTORS
from ofer.registry import MODELS
from ofer.structures import FaceSample
from ofer.weights import SHIPPED, shipped_file

ROOT = Path(__file__).resolve().parents[2]
PAGES = ('predict', 'video', 'deocclude', 'crop', 'coming_from_other_tools', 'export', 'large_jobs')
BLOCK = re.compile(r'```(bash|python)\n(.*?)```', re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of the code on a page, in order."""
    return BLOCK.findall((ROOT / 'docs' / f'{page}.md').read_text(encoding='utf-8'))


@MODELS.register_module()
class StandInRestorer(BaseModel):
    """Paints the lower half of every face grey, where the package has no weights that repaint."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer('none', torch.zeros(1))

    def forward(self, inputs: torch.Tensor, data_samples: object = None, mode: str = 'tensor') -> list[FaceSample]:
        samples = []
        for image in inputs:
            sample = FaceSample()
            sample.set_pred_score(torch.full((3,), 1 / 3) + 0 * self.none)
            sample.pred_occlusion = torch.tensor([[False, False], [True, True]])
            sample.pred_image = torch.full_like(image.float(), 0.5)
            samples.append(sample)
        return samples


@pytest.fixture
def weights(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes with the package, and small networks with random weights in the place of what does not yet."""
    folder = tmp_path_factory.mktemp('weights')
    classifier = dict(
        type='ImageClassifier',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
        backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
        neck=dict(type='GlobalAveragePooling'),
        head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
    )

    def stand_in(name: str) -> Path:
        if name in SHIPPED:
            return shipped_file(name)
        model = {'recogniser': classifier, 'deoccluder': dict(type='StandInRestorer')}.get(name, dict(type='MobileFaceNet'))
        path = folder / f'{name}.pth'
        with DefaultScope.overwrite_default_scope('ofer'):
            state = MODELS.build(model).state_dict()
        torch.save(dict(meta=dict(model=model, classes=('anger', 'happiness', 'neutral')), state_dict=state), path)
        return path

    monkeypatch.setattr('ofer.apis.recognisers.shipped_file', stand_in)
    monkeypatch.setattr('ofer.inference.parts.shipped_file', stand_in)
    if 'face_detector' not in SHIPPED:
        monkeypatch.setitem(DETECTORS, 'small', 'WholeImage')


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: None) -> Path:
    """A folder with what the pages name: photos, crops and videos."""
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    photo = cv2.cvtColor(face_in_a_scene(), cv2.COLOR_RGB2BGR)
    monkeypatch.setenv('OFER_HOME', str(tmp_path / 'home'))
    folders = ('faces/happy/a.png', 'faces/neutral/a.png', 'faces/angry/a.png')
    for name in ('photo.jpg', 'photos/a.jpg', 'photos/more/b.png', 'crops/a.png', *folders):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), photo)
    for name in ('clip.mp4', 'videos/a.mp4', 'videos/b.mov'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with VideoWriter(tmp_path / name) as writer:
            for i in range(3):
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
    for page in sorted((ROOT / 'docs').glob('*.md')):
        for target in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', page.read_text(encoding='utf-8')):
            assert (page.parent / target).exists(), f'{page.name}: {target}'
