"""A config outside of ofer trains with a component outside of ofer, by its name alone."""

from pathlib import Path

import torch
from mmengine.config import Config

from ofer.engine.runner import Runner

CONFIG = Path(__file__).resolve().parent.parent / 'configs' / 'poly_loss_synthetic.py'


def test_trains_one_step_on_drawn_faces(tmp_path: Path) -> None:
    config = Config.fromfile(CONFIG)
    config.merge_from_dict(
        {
            'work_dir': str(tmp_path),
            'train_dataloader.dataset.length': 4,
            'train_dataloader.batch_size': 4,
            'val_dataloader.dataset.length': 4,
            'train_cfg.max_epochs': 1,
            **{
                f'{part}_dataloader.{key}': value
                for part in ('train', 'val')
                for key, value in (('num_workers', 0), ('persistent_workers', False))
            },
        }
    )
    runner = Runner.from_cfg(config)
    before = {name: value.clone() for name, value in runner.model.state_dict().items()}
    assert type(runner.model.head.loss_module).__module__ == 'example_component.poly_loss'

    runner.train()

    assert runner.iter == 1
    weight = 'head.fc.weight'
    assert not torch.equal(runner.model.state_dict()[weight], before[weight])
    assert (tmp_path / 'epoch_1.pth').is_file()
