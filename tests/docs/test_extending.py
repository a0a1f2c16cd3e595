"""The files on the page about own components are complete: they are written, imported, inherited and run."""

import re
from pathlib import Path

import pytest
import torch

import ofer
from ofer.cli.main import main
from ofer.datasets import SyntheticFaces
from ofer.engine.config import read_config
from ofer.registry import DATASETS, MODELS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / 'docs' / 'extending.md').read_text(encoding='utf-8')
FILES = dict(re.findall(r'^`([\w/]+\.py)`:\n\n```python\n(.*?)```', PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the page: its files, and a small data set."""
    import cv2

    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding='utf-8')
    rows = ['split,file,emotion']
    faces = SyntheticFaces(length=7, size=48)
    (tmp_path / 'data' / 'my_faces').mkdir(parents=True)
    for index, face in enumerate(faces):
        cv2.imwrite(str(tmp_path / 'data' / 'my_faces' / f'{index}.png'), face['img'])
        rows += [f'{split},{index}.png,{faces.classes[face["gt_label"]]}' for split in ('train', 'val', 'test')]
    (tmp_path / 'data' / 'my_faces' / 'faces.csv').write_text('\n'.join(rows))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_everything_on_the_page_works(place: Path, capsys: pytest.CaptureFixture) -> None:
    assert len(FILES) == 9
    model = ofer.get_model('my_loss.py')
    loss = model.head.loss_module
    logits = torch.tensor([[2.0, 0.0]])
    p = logits.softmax(1)[0, 0]
    assert float(loss(logits, torch.tensor([0]), avg_factor=1)) == pytest.approx(float(-(1 - p) * p.log()))

    config = read_config('my_data.py')
    dataset = DATASETS.build(config.train_dataloader.dataset)
    assert type(dataset).__name__ == 'MyFaces'
    assert len(dataset) == 7
    main(['verify', 'data/my_faces', '--type', 'my_package.MyFaces', '--workers', '0'])
    assert 'ready for training' in capsys.readouterr().out

    faces = read_config('my_transform.py').train_dataloader.dataset
    darkened, plain = (DATASETS.build({**faces, 'pipeline': pipeline})[0]['img'] for pipeline in (faces.pipeline[:1], []))
    assert (darkened == (plain * 0.7).astype('uint8')).all()

    detector = MODELS.build(read_config('my_detector.py').model.detector)
    features = torch.randn(4, 96, 8, 8, generator=torch.Generator().manual_seed(0))
    detector.observe(features)
    detector.begin()
    detector.review(features)
    detector.conclude()
    assert float(detector.flags(detector(features)).float().mean()) == pytest.approx(0.05, abs=0.01)
