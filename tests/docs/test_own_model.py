"""The package that the page "Write your own model" builds: its files, as they stand there, are found, trained, tested and converted."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ofer import shipped
from ofer.cli.main import main
from ofer.registry import MODELS

PAGE = Path(__file__).resolve().parents[2] / 'docs' / 'own_model.md'
FILE = re.compile(r'\*\*(\S+)\*\*\n\n```python\n(.*?)```', re.DOTALL)
FEW = [
    *(f'train_dataloader.{key}' for key in ('dataset.length=8', 'batch_size=4', 'num_workers=0', 'persistent_workers=False')),
    *(f'{part}_dataloader.{key}' for part in ('val', 'test') for key in ('dataset.length=4', 'batch_size=4', 'num_workers=0')),
    'default_hooks.checkpoint.max_keep_ckpts=1',
]
"""Two steps of four faces in each epoch, and four faces to test."""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files of the page, with the metadata that pip would write."""
    text = PAGE.read_text(encoding='utf-8')
    for name, content in FILE.findall(text):
        file = tmp_path / name.replace('\\', '')
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding='utf-8')
    (tmp_path / 'mirror-0.dist-info').mkdir()
    (tmp_path / 'mirror-0.dist-info' / 'METADATA').write_text('Metadata-Version: 2.1\nName: ofer-mirror\nVersion: 0\n')
    points = re.search(r"entry_points=\{'(.*?)': \['(.*?)'\]\}", text)
    assert points is not None
    (tmp_path / 'mirror-0.dist-info' / 'entry_points.txt').write_text(f'[{points[1]}]\n{points[2]}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / 'mirror')
    shipped.installed_projects.cache_clear()
    yield tmp_path
    shipped.installed_projects.cache_clear()
    for name in [name for name in sys.modules if name.partition('.')[0] == 'ofer_mirror']:
        del sys.modules[name]
    MODELS.module_dict.pop('MirrorClassifier', None)


def test_the_package_of_the_page_works(package: Path, capsys: pytest.CaptureFixture) -> None:
    [commands] = re.findall(r'```bash\n(.*?)```', PAGE.read_text(encoding='utf-8'), re.DOTALL)
    for words in map(shlex.split, commands.strip().splitlines()):
        if words[0] == 'ofer':
            main([*words[1:], *(['--cfg-options', *FEW] if words[1] in ('train', 'test') else [])])
    out = capsys.readouterr().out
    assert 'A mirror-consistent ResNet-18 on drawn faces' in out  # ofer models
    assert 'blocks_30_black' in out  # ofer test --all
    python = PAGE.read_text(encoding='utf-8').partition('with or without weights')[2].partition('```python\n')[2].partition('```')[0]
    exec(compile(python, PAGE.name, 'exec'), {})
    assert "torch.Size([1, 7]) ('surprise', 'fear'" in capsys.readouterr().out

    from mmengine.registry import DefaultScope

    with DefaultScope.overwrite_default_scope('ofer'):
        backbone = MODELS.build(dict(type='ResNet', depth=18)).state_dict()
    outside = {'fc.weight': torch.zeros(7, 512), 'fc.bias': torch.zeros(7), 'aux.weight': torch.zeros(1)}
    torch.save(backbone | outside, package / 'published.pth')
    main(['convert', 'mirror', 'published.pth', 'ours.pth', '--labels', 'affectnet7'])
    assert 'auxiliary classifier' in capsys.readouterr().out
    assert (package / 'ours.pth').is_file()


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r'\]\(([^)#:]+)\)', PAGE.read_text(encoding='utf-8')):
        assert (PAGE.parent / target).exists(), target
