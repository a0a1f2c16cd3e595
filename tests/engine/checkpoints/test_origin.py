"""What a checkpoint says about the training that wrote it."""

from pathlib import Path

import torch

from ofer.cli.main import main
from ofer.engine.checkpoints.origin import origin

META = dict(
    experiment_name='orsanet_rafdb_20261126_200107',
    time='20261126_200114',
    epoch=3,
    iter=90,
    seed=0,
    cfg='model = dict(type="ORSANet")\n',
    ofer_version='0.2.0',
    dataset_meta=dict(classes=('anger', 'neutral')),
)


def save(folder: Path, **content: object) -> Path:
    torch.save(dict(state_dict=dict(a=torch.zeros(1)), **content), folder / 'file.pth')
    return folder / 'file.pth'


def test_a_checkpoint_of_a_training(tmp_path: Path) -> None:
    found = origin(save(tmp_path, meta=META))
    assert (found.config, found.epoch, found.version, found.classes) == ('orsanet_rafdb', 3, '0.2.0', ('anger', 'neutral'))
    lines = list(found.lines())
    assert lines[0].startswith('config     orsanet_rafdb (in this package: ')
    assert 'classes    anger, neutral' in lines
    assert 'model      ORSANet' in lines
    assert origin(save(tmp_path, meta={**META, 'cfg': 'model = ('})).model is None
    mine = origin(save(tmp_path, meta={**META, 'experiment_name': 'my_own_net_20261126_200107'}))
    assert next(iter(mine.lines())) == 'config     my_own_net (not in this package)'


def test_a_converted_file_and_a_file_of_weights_alone(tmp_path: Path) -> None:
    assert list(origin(save(tmp_path, meta=dict(model=dict(type='SegFace')))).lines()) == ['model      SegFace']
    assert 'does not state its config' in next(iter(origin(save(tmp_path)).lines()))


def test_the_command_writes_the_config(tmp_path: Path, capsys: object) -> None:
    main(['describe', str(save(tmp_path, meta=META)), '--config-out', str(tmp_path / 'new' / 'its_config.py')])
    assert (tmp_path / 'new' / 'its_config.py').read_text() == META['cfg']
