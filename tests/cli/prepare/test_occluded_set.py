import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.datasets import FaceFolder, PasteOccluders


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """Six faces, two of one name, and two cut-outs; the command's arguments but for ``--out``."""
    draw = np.random.default_rng(0)
    for name in ('happy/a', 'happy/b', 'more/happy/a', 'Anger/a', 'Anger/b', 'Anger/c'):
        path = tmp_path / f'faces/test/{name}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.repeat(draw.integers(0, 256, (32, 40, 1), dtype=np.uint8), 3, axis=2))
    for name, colour in (('red', (0, 0, 255, 255)), ('blue', (255, 0, 0, 255))):
        (tmp_path / 'objects').mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / f'objects/{name}.png'), np.full((9, 9, 4), colour, np.uint8))
    return [str(tmp_path / 'faces'), '--occluders', str(tmp_path / 'objects')]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob('*')) if path.is_file()}


def test_the_set_reads_as_what_the_transform_shows(command: Callable, given: list[str], tmp_path: Path) -> None:
    out = tmp_path / 'out'
    command('prepare', 'occluded-set', *given, '--out', str(out), '--seed', '4', '--number', '1', '2')
    source = FaceFolder(given[0], 'test', pipeline=[dict(type='LoadFace')])
    written = FaceFolder(str(out), 'test', pipeline=[dict(type='LoadFace'), dict(type='LoadOcclusion')])
    items = {Path(item['img_path']).relative_to(out).as_posix(): item for item in written}
    lines = [json.loads(line) for line in (out / 'test.jsonl').read_text().splitlines()]
    assert [line['index'] for line in lines] == list(range(6))
    assert sorted(line['image'] for line in lines) == sorted(items)
    paste = PasteOccluders(given[2], seed=4, number=(1, 2))
    for line in lines:
        shown, item = paste(source[line['index']]), items[line['image']]
        np.testing.assert_array_equal(item['img'], shown['img'])
        np.testing.assert_array_equal(item['gt_occlusion'], shown['gt_occlusion'])
        assert written.classes[item['gt_label']] == line['label'] == source.classes[shown['gt_label']]
        assert line['source'] == shown['img_path']
        assert line['covered'] == pytest.approx(shown['gt_occlusion'].mean(), abs=1e-6)
        assert {p['file'] for p in line['occluders']} <= {'red.png', 'blue.png'}


def test_a_stopped_run_goes_on(command: Callable, given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    whole, cut = tmp_path / 'whole', tmp_path / 'cut'
    command('prepare', 'occluded-set', *given, '--out', str(whole))
    command('prepare', 'occluded-set', *given, '--out', str(cut))
    lines = (cut / 'test.jsonl').read_bytes().splitlines(keepends=True)
    (cut / 'test.jsonl').write_bytes(b''.join(lines[:2]) + lines[2][:30])  # killed while it wrote the third line
    last = json.loads(lines[-1])
    (cut / last['image']).unlink()
    capsys.readouterr()
    command('prepare', 'occluded-set', *given, '--out', str(cut))
    assert '4 faces written, 2 existed already' in capsys.readouterr().out
    assert contents(cut) == contents(whole)
    command('prepare', 'occluded-set', *given, '--out', str(cut))
    assert '0 faces written, 6 existed already' in capsys.readouterr().out


def test_other_settings_and_other_folders_are_refused(command: Callable, given: list[str], tmp_path: Path) -> None:
    out = tmp_path / 'out'
    command('prepare', 'occluded-set', *given, '--out', str(out))
    before = contents(out)
    with pytest.raises((FileNotFoundError, ValueError), match=r'other settings \(seed, scale\)'):
        command('prepare', 'occluded-set', *given, '--out', str(out), '--seed', '1', '--scale', '0.2', '0.3')
    cv2.imwrite(str(tmp_path / 'objects/green.png'), np.full((9, 9, 4), (0, 255, 0, 255), np.uint8))
    with pytest.raises((FileNotFoundError, ValueError), match=r'other settings \(occluders\)'):
        command('prepare', 'occluded-set', *given, '--out', str(out))
    (tmp_path / 'objects/green.png').unlink()
    (tmp_path / 'faces/test/Anger/a.png').unlink()
    with pytest.raises((FileNotFoundError, ValueError), match=r'names test/.*which is another image'):
        command('prepare', 'occluded-set', *given, '--out', str(out))
    with pytest.raises((FileNotFoundError, ValueError), match=r'is not empty and was not written by this tool'):
        command('prepare', 'occluded-set', *given, '--out', str(tmp_path / 'objects'))
    with pytest.raises((FileNotFoundError, ValueError), match=r'no pictures of occluders'):
        command('prepare', 'occluded-set', given[0], '--occluders', str(tmp_path / 'none'), '--out', str(tmp_path / 'new'))
    assert not (tmp_path / 'new').exists()
    assert contents(out) == before


def test_config_size_and_grey(command: Callable, given: list[str], tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    dataset = dict(type='FaceFolder', data_root=given[0], split='test', pipeline=[])
    loader = dict(batch_size=1, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset)
    config.write_text(f'val_dataloader = {loader!r}\nval_cfg = dict()\nval_evaluator = dict(type="FERMetric")\n')
    command('prepare', 'occluded-set', str(config), *given[1:], '--split', 'val', '--size', '24', '--grey', '--out', str(tmp_path / 'out'))
    images = [cv2.imread(str(path)) for path in (tmp_path / 'out/val').rglob('*.png')]
    assert len(images) == 6
    for img in images:
        assert img.shape == (24, 24, 3)
        assert (img == img[..., :1]).all()
    with pytest.raises((FileNotFoundError, ValueError), match='it has no test_dataloader'):
        command('prepare', 'occluded-set', str(config), *given[1:], '--out', str(tmp_path / 'other'))


def test_help() -> None:
    done = subprocess.run([sys.executable, '-m', 'ofer', 'prepare', 'occluded-set', '--help'], capture_output=True, text=True, check=True)
    assert '--occluders' in done.stdout
