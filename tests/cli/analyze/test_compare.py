"""Two dumps of predictions are compared image by image, and read as data."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest


def dump(path: Path, predicted: str, images: str = 'abcd') -> Path:
    """A dump of test set ``clean``: image a of class 0, b of class 1, ...; ``predicted`` holds a digit for each."""
    samples = [
        {'img_path': f'{image}.png', 'gt_label': index, 'pred_label': int(label)}
        for index, (image, label) in enumerate(zip(images, predicted, strict=True))
    ]
    path.write_text(json.dumps({'sets': {'clean': samples, path.stem: samples}}))
    return path


def test_table_of_the_sets_that_both_have(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command('analyze', 'compare', dump(tmp_path / 'a.json', '0123'), dump(tmp_path / 'b.json', '0100'))
    [row] = capsys.readouterr().out.splitlines()[2:]
    cells = [cell.strip() for cell in row.strip('|').split('|')]
    assert cells[:2] == ['clean', '4']
    assert cells[2].startswith('100.00 (51.0')  # Wilson: 4 of 4 is at least 4 / (4 + 1.96^2) = 51.01 %
    assert cells[3].startswith('50.00 (')
    assert cells[4].startswith('+50.00 (')
    assert cells[5] == '0.5'  # only A is right twice: both sides of a fair coin thrown twice, 2 / 4


def test_different_images_are_refused(command: Callable, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='clean: the two files are not about the same images'):
        command('analyze', 'compare', dump(tmp_path / 'a.json', '0123'), dump(tmp_path / 'b.json', '0123', 'abcx'))


def test_pickles_are_not_read(command: Callable, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple:
            return os.system, (f'touch {tmp_path / "ran"}',)

    path = tmp_path / 'b.pkl'
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ValueError, match=r'b\.pkl: expected a \.json file'):
        command('analyze', 'compare', dump(tmp_path / 'a.json', '0123'), path)
    assert not (tmp_path / 'ran').exists()


@pytest.mark.parametrize(('text', 'message'), [('no', 'no JSON'), ('[]', 'no predictions'), ('{"sets": {"clean": {}}}', 'no predictions')])
def test_other_files(text: str, message: str, command: Callable, tmp_path: Path) -> None:
    (tmp_path / 'b.json').write_text(text)
    with pytest.raises(ValueError, match=message):
        command('analyze', 'compare', dump(tmp_path / 'a.json', '0123'), tmp_path / 'b.json')
