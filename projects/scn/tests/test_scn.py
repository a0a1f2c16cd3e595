"""SCN: the published network to its frozen numbers, its loss by hand, and labels that change for good."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from ofer_scn import RelabellingHook, SCNHead, changed_labels, rank_regularization

import ofer
from ofer import compat
from ofer.engine.config import read_config
from ofer.engine.runner import Runner
from ofer.shipped import find_config
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('scn', 'scn_resnet18_7cls')
    with torch.no_grad():
        close(model.backbone(inputs)[-1][:, ::4], frozen['features'])
        feats = model.extract_feat(inputs)
        close(feats[-1], frozen['pooled'])
        close(model.head.weights(feats), frozen['alpha'])
        close(model.head.fc(feats[-1]), frozen['unweighted_logits'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_converted_weights_fit_the_config(published_file: Callable) -> None:
    model = ofer.get_model('scn_rafdb', published_file('scn', 'scn_resnet18_7cls', labels='rafdb'))
    assert model.classes[0] == 'surprise'


def test_rank_regularization_by_hand() -> None:
    # Of ten weights, seven are high: 0.9 on average against 0.8; 0.15 - 0.1.
    weights = torch.tensor([0.8, 0.9, 0.9, 0.9, 0.8, 0.9, 0.9, 0.9, 0.8, 0.9])
    torch.testing.assert_close(rank_regularization(weights[:, None], 0.7, 0.15), torch.tensor(0.05))
    assert rank_regularization(weights, 0.7, 0.05) == 0
    torch.testing.assert_close(rank_regularization(torch.full((10,), 0.3), 0.7, 0.15), torch.tensor(0.15))


def test_rank_regularization_has_no_groups_in_a_batch_of_one() -> None:
    weights = torch.tensor([0.5], requires_grad=True)
    loss = rank_regularization(weights)
    loss.backward()
    assert loss == 0
    assert weights.grad == 0


def test_gradient_of_rank_regularization() -> None:
    weights = torch.tensor([0.1, 0.5, 0.52, 0.54, 0.56], dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda w: rank_regularization(w, 0.6, 0.5), (weights,))


def test_labels_change_beyond_the_margin_only() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.7, 0.1], [0.35, 0.5, 0.15], [0.6, 0.3, 0.1]]))
    labels = torch.tensor([0, 0, 0])
    assert changed_labels(logits, labels, 0.2).tolist() == [1, 0, 0]  # differences 0.5, 0.15, none
    assert changed_labels(logits, labels, 0.1).tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ('options', 'message'),
    [(dict(top_share=1), 'top_share=1'), (dict(relabel_epoch=0), 'count from 1'), (dict(relabel_margin=2), 'relabel_margin=2')],
)
def test_bad_arguments(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SCNHead(3, 2, **options)


def samples(labels: tuple[int, ...]) -> list[FaceSample]:
    made = [FaceSample().set_gt_label(label) for label in labels]
    for number, sample in enumerate(made):
        sample.set_metainfo(dict(img_path='faces.zip', sample_idx=number))
    return made


def sure_head() -> tuple[SCNHead, tuple[torch.Tensor]]:
    """A head that is sure of the third class for the first face, and of the first class for the second one."""
    head = SCNHead(3, 2, relabel_epoch=2)
    with torch.no_grad():
        head.fc.weight.copy_(torch.tensor([[0.0, 9.0], [0.0, 0.0], [9.0, 0.0]]))
    return head, (torch.eye(2),)


def test_labels_change_in_their_epoch_and_stay_changed() -> None:
    head, feats = sure_head()
    head.set_epoch(0)
    before = head.loss(feats, samples((0, 0)))['loss']
    assert head.relabelled == {}
    head.set_epoch(1)
    head.eval()
    head.loss(feats, samples((0, 0)))
    assert head.relabelled == {}  # tests change no labels
    head.train()
    torch.testing.assert_close(head.loss(feats, samples((0, 0)))['loss'], before)  # this step still has the old label
    assert head.relabelled == {'faces.zip#0': 2}
    assert head.loss(feats, samples((0, 0)))['loss'] < before
    torch.testing.assert_close(head.loss(feats, samples((0, 0)))['loss'], head.loss(feats, samples((2, 0)))['loss'])


def test_changes_of_other_processes_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    head, feats = sure_head()
    head.set_epoch(1)
    monkeypatch.setattr('ofer_scn.head.all_gather_object', lambda own: [own, {'faces.zip#7': 1}])
    head.loss(feats, samples((0, 0)))
    assert head.relabelled == {'faces.zip#0': 2, 'faces.zip#7': 1}


def test_soft_labels_are_refused() -> None:
    head, feats = sure_head()
    soft = [sample.set_gt_score(torch.tensor([0.5, 0.5, 0.0])) for sample in samples((0, 0))]
    with pytest.raises(ValueError, match='class indices'):
        head.loss(feats, soft)


def test_changed_labels_survive_a_resume(tmp_path: Path) -> None:
    """Two epochs, of which the second changes labels; resumed, the model has them."""
    config = read_config(
        find_config('scn_small_synthetic'),
        [
            *('train_dataloader.dataset.length=8', 'train_dataloader.batch_size=4', 'train_cfg.max_epochs=2', 'val_dataloader=None'),
            *('val_cfg=None', 'val_evaluator=None', 'model.head.relabel_epoch=2', 'model.head.relabel_margin=0'),
            *('train_dataloader.num_workers=0', 'train_dataloader.persistent_workers=False', 'default_hooks.checkpoint.save_best=None'),
            f'work_dir={tmp_path}',
        ],
    )
    runner = Runner.from_cfg(config)
    runner.train()
    changed = runner.model.head.relabelled
    assert changed
    assert compat.load_checkpoint(tmp_path / 'epoch_2.pth')['relabelled'] == changed
    config.merge_from_dict(dict(resume=True, load_from=str(tmp_path / 'epoch_2.pth'), experiment_name='again'))
    again = Runner.from_cfg(config)
    again.load_or_resume()
    assert again.model.head.relabelled == changed


def test_the_hook_needs_its_head() -> None:
    class Nothing:
        model = torch.nn.Linear(1, 1)

    with pytest.raises(ValueError, match='SCNHead, got Linear'):
        RelabellingHook().before_run(Nothing())
