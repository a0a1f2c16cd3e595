"""Weights that come with the package: written, read, and refused where they are not what was released."""

from pathlib import Path

import pytest
import torch

from ofer import weights
from ofer.compat import load_checkpoint
from ofer.weights import read_weights, shipped_file, write_weights


def test_come_back_as_written(tmp_path: Path) -> None:
    state = {'a': torch.randn(3, 4), 'steps': torch.tensor(7)}
    write_weights(tmp_path / 'w.safetensors', state, {'model': dict(type='X', n=3)})
    read, meta = read_weights(tmp_path / 'w.safetensors')
    assert meta == {'model': {'type': 'X', 'n': 3}}
    assert read['a'].dtype == torch.float32
    torch.testing.assert_close(read['a'], state['a'].half().float())
    assert read['steps'] == 7


def test_tensors_that_occur_twice_are_stored_once(tmp_path: Path) -> None:
    large = torch.randn(64, 64)
    state = {'a': large, 'b': large.clone(), 'c': large.view(32, 128), 'd': torch.zeros(4), 'e': torch.zeros(4)}
    state |= {'f': large.bfloat16(), 'g': large.bfloat16()}
    write_weights(tmp_path / 'w.safetensors', state, {'model': dict(type='X')})
    assert (tmp_path / 'w.safetensors').stat().st_size < 3.2 * 2 * large.numel()
    read, meta = read_weights(tmp_path / 'w.safetensors')
    assert meta == {'model': {'type': 'X'}}
    for found in (read, load_checkpoint(tmp_path / 'w.safetensors')):
        assert set(found) == set(state)
        for name, value in state.items():
            torch.testing.assert_close(found[name].float(), (value.half() if value.dtype == torch.float32 else value).float(), msg=name)


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='no such file'):
        read_weights(tmp_path / 'none.safetensors')
    (tmp_path / 'bad.safetensors').write_bytes(b'no weights')
    with pytest.raises(ValueError, match=r'bad\.safetensors: damaged'):
        read_weights(tmp_path / 'bad.safetensors')


def test_only_what_was_released_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = write_weights(tmp_path / 'w', {'a': torch.zeros(2)}, {})
    path = tmp_path / f'net-{digest[:8]}.safetensors'
    (tmp_path / 'w').rename(path)
    monkeypatch.setattr(weights, 'FOLDER', tmp_path)
    monkeypatch.setattr(weights, 'SHIPPED', {'net': digest, 'lost': '0' * 64})
    assert shipped_file('net') == path
    with pytest.raises(ValueError, match=r"'other'.*lost, net"):
        shipped_file('other')
    with pytest.raises(FileNotFoundError, match='Install the package again'):
        shipped_file('lost')
    path.write_bytes(path.read_bytes()[:-1] + b'\x01')
    with pytest.raises(RuntimeError, match='damaged'):
        shipped_file('net')


@pytest.mark.parametrize('name', sorted(weights.SHIPPED))
def test_every_shipped_file_is_there_small_and_described(name: str) -> None:
    path = shipped_file(name)
    assert path.stat().st_size <= 1_000_000 or name != 'face_detector'
    assert name in (path.parent / 'README.md').read_text(encoding='utf-8')
