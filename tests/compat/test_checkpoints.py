"""Checkpoints are read as data or not at all."""

import argparse
import datetime
import gzip
import os
import pickle
import subprocess
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from safetensors.torch import save_file
from sklearn.preprocessing import StandardScaler
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
        (Evil(__import__, 'os'), '__import__'),
        (nn.Linear(1, 1), 'Linear'),
    ],
    ids=['system', 'subprocess', 'eval', 'getattr-array', 'getattr-method', 'getattr-globals', 'import', 'module'],
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


@dataclass
class Meter:
    """What a training script keeps beside the weights."""

    losses: np.ndarray
    best: float = 0.0


class Settings(dict):
    """A mapping of a class of its own, as configuration packages write them."""


@pytest.mark.parametrize('zipped', [True, False])
@pytest.mark.parametrize(
    ('value', 'origin'),
    [
        (argparse.Namespace(lr=1.0, out=Path('somewhere')), 'argparse.Namespace'),
        (Path('somewhere'), 'PosixPath'),
        (Meter(np.zeros((3, 2), np.float32)), 'Meter'),
        (torch.optim.SGD([torch.zeros(1)], lr=0.1), 'torch.optim.sgd.SGD'),
        (defaultdict(list), 'collections.defaultdict'),
        (datetime.date(2024, 5, 1), 'datetime.date'),
        (slice(1, 2), 'slice'),
        (Evil(Meter, 1), 'Meter'),  # nor is a class that is there called
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_beside_weights_are_left_out_and_never_run(
    tmp_path: Path, value: Any, origin: str, zipped: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / 'beside.pth'
    torch.save({'state_dict': {'weight': torch.ones(2)}, 'epoch': 1, 'extra': value}, path, _use_new_zipfile_serialization=zipped)
    monkeypatch.setattr(Meter, '__init__', lambda *args: pytest.fail('it was run'))
    said: list[str] = []
    monkeypatch.setattr('ofer.compat.checkpoints.print_log', lambda text, *_: said.append(text))

    read = load_checkpoint(path)

    assert torch.equal(read['state_dict']['weight'], torch.ones(2))
    assert read.keys() == {'state_dict', 'epoch'}
    assert len(said) == 1
    assert 'beside.pth: left out, since it is no data: extra (' in said[0]
    assert origin in said[0]


def test_a_mapping_of_an_unknown_class_keeps_its_items(tmp_path: Path) -> None:
    read = load_checkpoint(write(tmp_path / 'settings.pth', {'state_dict': Settings(weight=torch.ones(2)), 'args': Path('x')}))
    assert type(read['state_dict']) is dict
    assert torch.equal(read['state_dict']['weight'], torch.ones(2))


def test_newer_protocols_of_pickle_are_read(tmp_path: Path) -> None:
    torch.save({'weight': torch.ones(2)}, tmp_path / 'new.pth', pickle_protocol=5)
    assert torch.equal(load_checkpoint(tmp_path / 'new.pth')['weight'], torch.ones(2))


def test_a_whole_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeCheckpointError, match=r'an object instead of weights: the whole content \(\S*Meter\)'):
        load_checkpoint(write(tmp_path / 'meter.pth', Meter(np.zeros(1))))


def test_safetensors_are_read(tmp_path: Path) -> None:
    save_file({'conv.weight': torch.ones(2)}, tmp_path / 'weights.safetensors')
    assert torch.equal(unwrap_state_dict(load_checkpoint(tmp_path / 'weights.safetensors'))['conv.weight'], torch.ones(2))
    content = (tmp_path / 'weights.safetensors').read_bytes()
    (tmp_path / 'cut.safetensors').write_bytes(content[:-3])
    with pytest.raises(RuntimeError, match=r'cut\.safetensors: damaged'):
        load_checkpoint(tmp_path / 'cut.safetensors')


def other_file(folder: Path, kind: str) -> Path:
    """A file of another kind under the name of a checkpoint."""
    path = folder / 'other.pth'
    if kind == 'TorchScript':
        torch.jit.save(torch.jit.trace(nn.Linear(2, 2), torch.zeros(1, 2)), path)
    elif kind == 'NumPy array':
        with path.open('wb') as file:
            np.save(file, np.zeros(3))
    elif kind == 'NumPy archive':
        with path.open('wb') as file:
            np.savez(file, a=np.zeros(3))
    elif kind == 'tar archive':
        with tarfile.open(path, 'w') as archive:
            archive.add(__file__)
    elif kind == 'zip archive':
        with zipfile.ZipFile(path, 'w') as archive:
            archive.writestr('weights.txt', 'x')
    elif kind == 'gzip archive':
        path.write_bytes(gzip.compress(b'weights'))
    elif kind == 'scikit-learn':
        path.write_bytes(pickle.dumps(StandardScaler()))
    elif kind == 'web page':
        path.write_text('\n<HTML><body>Quota exceeded</body></HTML>')
    elif kind == 'empty':
        path.touch()
    return path


KINDS = ('TorchScript', 'NumPy array', 'NumPy archive', 'tar archive', 'zip archive', 'gzip archive', 'scikit-learn', 'web page', 'empty')


@pytest.mark.filterwarnings('ignore:.*torch.jit:DeprecationWarning')
@pytest.mark.parametrize('kind', KINDS)
def test_files_of_other_kinds_are_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(RuntimeError, match=rf'other\.pth: damaged or no checkpoint \(.*{kind}') as caught:
        load_checkpoint(other_file(tmp_path, kind))
    assert 'weights_only' not in str(caught.value)


def test_a_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path / 'epoch_1.pth', {})
    with pytest.raises(FileNotFoundError, match=r'a folder, not a checkpoint\. Give a file in it: epoch_1\.pth'):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize('part', ['names', 'sizes'])
def test_a_damaged_table_of_contents_is_noticed(tmp_path: Path, part: str) -> None:
    path = write(tmp_path / 'rotten.pth', {'weight': torch.zeros(9)})
    content = bytearray(path.read_bytes())
    start = content.find(b'PK\x01\x02')
    content[{'names': start + 46, 'sizes': start + 20}[part]] ^= 0x9C
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=r'rotten\.pth: damaged'):
        load_checkpoint(path)


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
    monkeypatch.setattr('ofer.compat.mmengine_readers.get_torchvision_models', lambda: {'resnet18': f'{server}/evil.pth'})
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
    of_package = CheckpointLoader._schemes.get('ofer::')  # registered with the networks
    readers = {loader.__module__ for loader in CheckpointLoader._schemes.values() if loader is not of_package}
    assert readers == {'ofer.compat.mmengine_readers'}
    assert of_package is None or of_package.__module__ == 'ofer.models.layers.weights'


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
