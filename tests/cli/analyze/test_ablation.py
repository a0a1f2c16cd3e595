from collections.abc import Callable
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ofer.engine import ablation
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
PLANS = sorted((ROOT / 'configs' / 'ablations').glob('plan_*.py'))


@pytest.fixture
def plan(experiment: Path, tmp_path: Path) -> Path:
    variants = {'full': [], 'ASAM': ['optim_wrapper.adaptive=True'], 'broken': ['train_dataloader.dataset.data_root=/nowhere']}
    path = tmp_path / 'plan.py'
    path.write_text(f"base = '{experiment}/tiny.py'\ncommon = ['train_cfg.max_epochs=1']\nseeds = [0]\nvariants = {variants}\n")
    return path


@pytest.mark.usefixtures('undrawn_weights')
@pytest.mark.parametrize('path', PLANS, ids=[path.stem for path in PLANS])
def test_every_variant_of_every_plan_builds_and_differs(command: Callable, path: Path) -> None:
    init_default_scope('ofer')
    configs = ablation.read_plan(path)
    assert len({config.pretty_text for config in configs.values()}) == len(configs) > 5
    for config in configs.values():
        MODELS.build(config.model)


@pytest.mark.slow
def test_runs_what_is_not_done_and_reports_what_fails(
    command: Callable, plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ['analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--jobs', '2']
    with pytest.raises(ValueError, match='1 of 3 runs failed'):
        command(*args)
    said = capsys.readouterr()
    assert '/nowhere: no such folder' in said.out
    rows = [line.split('|') for line in (tmp_path / 'out' / 'ablation.md').read_text().splitlines() if line.startswith('|')]
    assert [cell.strip() for cell in rows[0][1:-1]] == ['variant', 'seeds', 'clean', 'train', 'blocks_30']
    assert [row[2].strip() for row in rows[2:]] == ['1', '1', '0']

    monkeypatch.setattr(ablation.Ablation, '_tool', lambda *_: pytest.fail('done already'))
    command('analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--variants', 'full', 'ASAM')
    again = [line.split('|') for line in (tmp_path / 'out' / 'ablation.md').read_text().splitlines() if line.startswith('|')]
    assert again == rows  # what an earlier call ran stays in the table
    command('analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--variants', 'ASAM')
    with pytest.raises(ValueError, match="'full' was run with other settings"):
        command('analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--variants', 'full', '--amp')
    plan.write_text(plan.read_text().replace('max_epochs=1', 'max_epochs=2'))
    with pytest.raises(ValueError, match="'full' was run with other settings"):
        command(*args)


def test_runs_in_this_process(command: Callable, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, 'run_logged', lambda *_: pytest.fail('another process'))
    args = ['analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--in-process', '--variants', 'full', 'broken']
    with pytest.raises(ValueError, match='1 of 2 runs failed'):
        command(*args)
    rows = [line.split('|') for line in (tmp_path / 'out' / 'ablation.md').read_text().splitlines() if line.startswith('|')]
    assert [row[2].strip() for row in rows[2:]] == ['1', '0', '0']
    log = (tmp_path / 'out' / 'full' / 'seed_0' / 'train.log').read_text()
    assert 'Epoch(train) [1]' in log
    assert '/nowhere: no such folder' in (tmp_path / 'out' / 'broken' / 'seed_0' / 'train.log').read_text()
    with pytest.raises(ValueError, match='give no --jobs'):
        command(*args, '--jobs', '2')


def test_an_interruption_ends_all_runs_of_this_process(
    command: Callable, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(arguments: list[str]) -> None:
        raise SystemExit(130)

    monkeypatch.setattr('ofer.cli.main.main', interrupted)
    with pytest.raises(KeyboardInterrupt):
        command('analyze', 'ablation', str(plan), '--out', str(tmp_path / 'out'), '--in-process')


def test_configs_are_written_once_and_compared_before_anything_runs(
    command: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that wrote one again would leave it empty for a moment, in which another thread compares it."""
    runs = ablation.Ablation(tmp_path, {name: Config({'name': name}) for name in 'ab'}, jobs=2)
    monkeypatch.setattr(ablation.Ablation, '_tool', lambda *_: False)
    assert runs.run(['a', 'b'], [0, 1]) == 4
    written = (tmp_path / 'a' / 'config.py').stat()
    assert runs.run(['a'], [0, 1]) == 2
    assert (tmp_path / 'a' / 'config.py').stat().st_mtime_ns == written.st_mtime_ns
    assert [path.name for path in (tmp_path / 'a').iterdir() if path.is_file()] == ['config.py']
    (tmp_path / 'b' / 'config.py').write_text('other = 1')
    monkeypatch.setattr(ablation.Ablation, '_tool', lambda *_: pytest.fail('b is not compared yet'))
    with pytest.raises(ValueError, match="'b' was run with other settings"):
        runs.run(['a', 'b'], [0])


def test_table_has_mean_deviation_and_paired_difference(command: Callable) -> None:
    def runs(*values: float) -> dict:
        return {seed: {'test': {'accuracy': value}} for seed, value in enumerate(values)}

    text = ablation.table({'full': runs(70.0, 74.0), 'less': runs(69.0, 75.0), 'one': runs(71.0), 'none': {}}, 'accuracy')
    cells = {line.split('|')[1].strip(): line.split('|')[3].strip() for line in text.splitlines()[2:]}
    assert cells == {
        'full': '72.00 ± 2.83',  # sqrt(((70 - 72)^2 + (74 - 72)^2) / 1)
        'less': '72.00 ± 4.24 (+0.00 ± 1.41, 95 %: -12.71 to +12.71)',  # differences -1 and 1; t = 12.71 for one degree of freedom
        'one': '71.00 (+1.00)',
        'none': '-',
    }


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ("base = 'configs/orsanet_rafdb.py'\nseeds = [0]", 'has no variants'),
        (
            "base = 'configs/orsanet_rafdb.py'\nseeds = [0]\nvariants = {'a': ['model.interaction.scales=1', 'modl.x=1']}",
            "variant 'a'.*modl",
        ),
        (
            "base = 'configs/orsanet_ferplus.py'\nseeds = [0]\nvariants = {'full': []}\nsets = ['test', 'poses']",
            'has no test set poses; it has test, occlusion',
        ),
    ],
)
def test_a_plan_that_does_not_fit(command: Callable, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / 'plan.py').write_text(content)
    with pytest.raises(ValueError, match=message):
        ablation.read_plan(tmp_path / 'plan.py')
    with pytest.raises(FileNotFoundError, match='no such plan'):
        ablation.read_plan(tmp_path / 'nothing.py')
