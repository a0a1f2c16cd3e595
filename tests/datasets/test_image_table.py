import os
import resource
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from ofer.datasets import ImageTable
from ofer.engine.resuming.replay import ReplayedLoader
from ofer.engine.runner import Runner
from ofer.registry import DATASETS

PLAIN = [dict(type='LoadFace'), dict(type='PackFace')]


@pytest.fixture
def in_scope():
    with DefaultScope.overwrite_default_scope('ofer'):
        yield


def faces(root: Path, pipeline: list | None = None, **options) -> dict:
    return dict(type='FERPlus', data_root=str(root), pipeline=PLAIN if pipeline is None else pipeline, **options)


def test_a_batch_is_what_its_items_are(fer_zips):
    table = DATASETS.build(dict(type='ImageTable', dataset=faces(fer_zips, labels='soft')))
    batch = table.__getitems__([3, 1])
    assert batch['inputs'].shape == (2, 1, 48, 48)  # grey
    assert batch['inputs'].dtype == torch.uint8
    assert [sample.gt_label.item() for sample in batch['data_samples']] == [int(table.get_gt_labels()[i]) for i in (3, 1)]
    assert torch.equal(table[3]['inputs'], batch['inputs'][0])
    torch.testing.assert_close(batch['data_samples'][0].gt_score, table.dataset[3]['data_samples'].gt_score)
    assert batch['data_samples'][0].img_path == table.dataset[3]['data_samples'].img_path
    assert table.metainfo == table.dataset.metainfo


def test_colours_keep_three_channels(rafdb_list):
    pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=16), dict(type='PackFace')]
    table = ImageTable(dict(type='RAFDB', data_root=str(rafdb_list), pipeline=pipeline))
    assert table.__getitems__([0])['inputs'].shape == (1, 3, 16, 16)


def test_what_a_batch_changes_is_not_in_the_next(fer_zips):
    table = ImageTable(faces(fer_zips))
    first = table.__getitems__([0])['data_samples'][0]
    first.set_pred_label(1)
    first.gt_occlusion = torch.ones(48, 48, dtype=torch.bool)
    second = table.__getitems__([0])['data_samples'][0]
    assert 'pred_label' not in second
    assert 'gt_occlusion' not in second
    assert 'pred_label' in first


def test_random_transforms_are_refused(fer_zips):
    with pytest.raises(ValueError, match=r'RandomFlip.*FacePreprocessor'):
        ImageTable(faces(fer_zips, [dict(type='LoadFace'), dict(type='RandomFlip', prob=0.5), dict(type='PackFace')]))


def test_images_of_several_sizes_are_refused(paint, tmp_path):
    for size in (20, 24):
        paint(tmp_path / 'train/happiness' / f'{size}.png', size=size)
        paint(tmp_path / 'train/anger' / f'{size}.png', size=size)
    table = ImageTable(dict(type='FaceFolder', data_root=str(tmp_path), pipeline=PLAIN))
    with pytest.raises(ValueError, match='Resize'):
        table[0]


@pytest.mark.usefixtures('in_scope')
def test_epochs_can_be_entered_in_their_middle(fer_zips):
    config = dict(
        batch_size=2, num_workers=0, collate_fn=dict(type='whole_batch'), sampler=dict(type='DefaultSampler', shuffle=True),
        dataset=dict(type='ImageTable', dataset=faces(fer_zips)),
    )  # fmt: skip
    loader = ReplayedLoader(Runner.build_dataloader(config, seed=0), seed=0)
    whole = list(loader.epoch(1))
    assert [len(batch['inputs']) for batch in whole] == [2] * 4
    rest = list(loader.epoch(1, start=2))
    for one, other in zip(whole[2:], rest, strict=True):
        np.testing.assert_array_equal(one['inputs'], other['inputs'])


def test_faces_can_be_drawn_by_several_processes_and_labels_dropped():
    drawn = dict(type='SyntheticFaces', size=48, length=5, pipeline=PLAIN)
    alone = ImageTable(drawn)
    together = ImageTable(drawn, workers=2, drop=('gt_parsing', 'gt_landmarks'))
    assert torch.equal(together.__getitems__(range(5))['inputs'], alone.__getitems__(range(5))['inputs'])
    sample = together[3]['data_samples']
    assert 'gt_parsing' not in sample
    assert 'gt_landmarks' not in sample
    assert torch.equal(sample.gt_occlusion, alone[3]['data_samples'].gt_occlusion)
    assert int(sample.gt_label) == int(alone[3]['data_samples'].gt_label)


def test_faces_of_workers_keep_no_files_open():
    """Each of 21,000 drawn faces was an open file, and the usual limit is 1,024."""
    table = ImageTable(dict(type='SyntheticFaces', size=48, length=100, pipeline=PLAIN), workers=1)
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir('/proc/self/fd')) + 50, allowed))
    try:
        table.full_init()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, allowed))
    assert table.__getitems__([99])['inputs'].shape == (1, 3, 48, 48)
