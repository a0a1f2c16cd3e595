"""Checkpoints are read as data or not at all."""

import os
import pickle
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.runner import CheckpointLoader
from torch import nn

from ofer.compat import UnsafeCheckpointError, load_checkpoint, unwrap_state_dict


class Evil:
    """Pickles as a call of ``function(*arguments)``, which plain unpickling would run."""

    def __init__(self, function: Callable, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable, tuple]:
        return self.function, self.arguments


def write(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


def test_reads_what_mmengine_writes(tmp_path: Path) -> None:
    hub = MessageHub.get_instance('test_compat')
    for value in (1.0, 2.0, 3.0):
        hub.update_scalar('train/loss', value)
    hub.update_info('epoch', 3)
    model = nn.Linear(2, 3)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    content = {
        'meta': {'cfg': 'model = dict()', 'classes': ('surprise', 'fear'), 'seed': 0, 'time': '20250101'},
        'state_dict': model.state_dict(),
        'optimizer': optimizer.state_dict(),
        'message_hub': hub.state_dict(),
    }

    read = load_checkpoint(write(tmp_path / 'epoch_3.pth', content))

    torch.testing.assert_close(read['state_dict'], dict(model.state_dict()))
    loss = read['message_hub']['log_scalars']['train/loss']
    assert isinstance(loss, HistoryBuffer)
    assert loss.mean() == 2.0
    assert loss.statistics('max') == 3.0  # the methods that travel by name still work
    assert read['meta']['classes'] == ('surprise', 'fear')


@pytest.mark.parametrize(
    'value',
    [np.arange(6, dtype=np.float32).reshape(2, 3), np.float64(0.5), np.int64(3), np.array([True, False]), np.arange(3, dtype=np.uint8)],
    ids=lambda value: f'{type(value).__name__}-{value.dtype}',
)
def test_reads_numpy_numbers(tmp_path: Path, value: Any) -> None:
    read = load_checkpoint(write(tmp_path / 'numbers.pth', {'value': value}))['value']
    np.testing.assert_array_equal(read, value)


@pytest.mark.parametrize(
    ('content', 'named'),
    [
        (Evil(os.system, 'touch {marker}'), 'system'),
        (Evil(subprocess.check_call, ['touch', '{marker}']), 'check_call'),
        (Evil(eval, '1 + 1'), 'eval'),
        (Evil(getattr, np.ndarray, 'tofile'), 'tofile'),
        (Evil(getattr, HistoryBuffer, 'statistics'), 'statistics'),
        (Evil(getattr, HistoryBuffer, '__globals__'), '__globals__'),
        (Path('somewhere'), 'Path'),
        (nn.Linear(1, 1), 'Linear'),
    ],
    ids=['system', 'subprocess', 'eval', 'getattr-array', 'getattr-method', 'getattr-globals', 'path', 'module'],
)
def test_refuses_anything_but_data_by_name(tmp_path: Path, content: Any, named: str) -> None:
    marker = tmp_path / 'ran'
    if isinstance(content, Evil):
        content.arguments = tuple(_place(argument, str(marker)) for argument in content.arguments)
    path = write(tmp_path / 'evil.pth', {'state_dict': {'weight': torch.zeros(1)}, 'extra': content})

    with pytest.raises(UnsafeCheckpointError) as caught:
        load_checkpoint(path)

    assert named in str(caught.value)
    assert str(path) in str(caught.value)
    assert 'weights_only' not in str(caught.value)  # torch's advice is to read unsafely
    assert not marker.exists()


def _place(argument: Any, marker: str) -> Any:
    if isinstance(argument, list):
        return [_place(a, marker) for a in argument]
    return argument.replace('{marker}', marker) if isinstance(argument, str) else argument


def test_old_pickle_format_is_refused_just_the_same(tmp_path: Path) -> None:
    path = tmp_path / 'old.pth'
    torch.save({'x': Evil(os.system, f'touch {tmp_path / "ran"}')}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(UnsafeCheckpointError, match='system'):
        load_checkpoint(path)
    assert not (tmp_path / 'ran').exists()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of ``tmp_path / 'served'``; torch's downloads go to ``tmp_path / 'hub'``."""
    (tmp_path / 'served').mkdir()
    monkeypatch.setattr('torch.hub._hub_dir', str(tmp_path / 'hub'))
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / 'served'))
    with ThreadingHTTPServer(('127.0.0.1', 0), handler) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{http.server_port}'
        http.shutdown()


@pytest.mark.parametrize('zipped', [True, False])
def test_downloads_are_read_as_data_or_not_at_all(server: str, tmp_path: Path, zipped: bool) -> None:
    content = {'state_dict': {'weight': torch.ones(2)}}
    write(tmp_path / 'served' / 'good.pth', content)
    torch.save(
        {**content, 'x': Evil(os.system, f'touch {tmp_path / "ran"}')},
        tmp_path / 'served' / 'evil.pth',
        _use_new_zipfile_serialization=zipped,
    )

    assert torch.equal(CheckpointLoader.load_checkpoint(f'{server}/good.pth')['state_dict']['weight'], torch.ones(2))
    (tmp_path / 'served' / 'good.pth').unlink()
    CheckpointLoader.load_checkpoint(f'{server}/good.pth')  # it was kept
    for _ in range(2):
        with pytest.raises(UnsafeCheckpointError, match='system'):
            CheckpointLoader.load_checkpoint(f'{server}/evil.pth')
    assert not (tmp_path / 'ran').exists()
    with pytest.raises(FileNotFoundError, match=r'gone\.pth: could not be downloaded'):
        CheckpointLoader.load_checkpoint(f'{server}/gone.pth')


def test_torchvision_names_are_downloads(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({'x': Evil(os.system, f'touch {tmp_path / "ran"}')}, tmp_path / 'served' / 'evil.pth')
    monkeypatch.setattr('ofer.compat.get_torchvision_models', lambda: {'resnet18': f'{server}/evil.pth'})
    with pytest.raises(UnsafeCheckpointError, match='system'):
        CheckpointLoader.load_checkpoint('torchvision://resnet18')
    assert not (tmp_path / 'ran').exists()
    with pytest.raises(ValueError, match='resnet19: torchvision has no weights of that name'):
        CheckpointLoader.load_checkpoint('torchvision://resnet19')


@pytest.mark.parametrize('place', ['open-mmlab://x', 'openmmlab://x', 'mmcls://x', 's3://b/x.pth', 'a:s3://b/x', 'petrel://x', 'pavi://x'])
def test_other_places_are_refused(place: str) -> None:
    with pytest.raises(ValueError, match='only local files'):
        CheckpointLoader.load_checkpoint(place)


def test_no_reader_of_mmengine_is_left() -> None:
    assert {loader.__module__ for loader in CheckpointLoader._schemes.values()} == {'ofer.compat'}


def test_safe_globals_does_not_outlive_the_call(tmp_path: Path) -> None:
    path = write(tmp_path / 'hub.pth', {'x': HistoryBuffer([1.0], [1])})
    load_checkpoint(path)
    with pytest.raises(pickle.UnpicklingError):
        torch.load(path, weights_only=True)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'gone\.pth: no such checkpoint'):
        load_checkpoint(tmp_path / 'gone.pth')


@pytest.mark.parametrize(('content', 'kind'), [([1, 2], 'list'), (torch.zeros(2), 'Tensor'), (None, 'NoneType')])
def test_data_without_names_is_no_checkpoint(tmp_path: Path, content: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=rf'list\.pth: no checkpoint: expected a mapping of names, .*, found {kind}'):
        load_checkpoint(write(tmp_path / 'list.pth', content))


@pytest.mark.parametrize('share', [0.0, 0.3, 0.9])
def test_truncated_file(tmp_path: Path, share: float) -> None:
    path = write(tmp_path / 'cut.pth', {'state_dict': {'weight': torch.zeros(1000)}})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(RuntimeError, match=r'cut\.pth: damaged'):
        load_checkpoint(path)


def test_one_bit_that_changed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / 'rotten.pth'
    torch.save({'weight': torch.zeros(1000)}, path)
    content = bytearray(path.read_bytes())
    content[content.index(bytes(2000)) + 1000] ^= 4
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=r'rotten\.pth: damaged: the check sum of \S*data/0 is wrong'):
        load_checkpoint(path)


@pytest.mark.parametrize(
    'text',
    [
        '<!DOCTYPE html><html>Not found</html>',
        'Not found',
        '{"error": 404}',
        'version https://git-lfs',
        '.',
        'a',
        'R',
        'hello',
        'junk bytes',
    ],
)
def test_text_is_no_checkpoint(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'page.pth'
    path.write_text(text)
    with pytest.raises(RuntimeError, match=r'page\.pth: damaged or no checkpoint \(\D+\)') as caught:
        load_checkpoint(path)
    assert not isinstance(caught.value, UnsafeCheckpointError)
    assert 'weights_only' not in str(caught.value)


@pytest.mark.parametrize(
    'wrap', [(), ('state_dict',), ('model_state_dict',), ('state_dict_backbone',), ('model',), ('model', 'state_dict')]
)
@pytest.mark.parametrize('prefix', ['', 'module.'])
def test_unwrap_state_dict(wrap: tuple[str, ...], prefix: str) -> None:
    weight = torch.ones(2)
    content: dict[str, Any] = {f'{prefix}conv.weight': weight, f'{prefix}fc.bias': weight}
    for name in wrap:
        content = {name: content, 'epoch': 3}
    assert list(unwrap_state_dict(content)) == ['conv.weight', 'fc.bias']


@pytest.mark.parametrize('content', [{}, {'epoch': 3}, {'state_dict': {}}, {'state_dict': {'weight': 1.0}}, [1, 2]])
def test_unwrap_finds_no_parameters(content: Any) -> None:
    with pytest.raises(ValueError, match='no parameters found'):
        unwrap_state_dict(content)
