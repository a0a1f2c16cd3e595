"""Files that cannot be read are named, with the line; a circle is one line."""

from pathlib import Path

import pytest

from ofer.engine.config import read_config


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        (b'x = (\n', r"a\.py:1: '\(' was never closed"),
        (b'x = 1\ny = nosuch\n', r"a\.py:2: NameError: name 'nosuch' is not defined"),
        (b'x = 1 / 0\n', r'a\.py:1: ZeroDivisionError: division by zero'),
        (b"custom_imports = dict(imports=['nosuchmodule'])\n", r"a\.py: .*nosuchmodule"),
        (b'x = 1\n# caf\xe9\n', r'a\.py:2: not UTF-8 .* Save the file as UTF-8'),
        (b'x = 1\x00\n', r'a\.py(:1)?: .*null bytes'),
        (b"_base_ = 'gone.py'\n", r'gone\.py: no such config\. .*\(_base_ of .*a\.py\)'),
        (b"_base_ = '.'\n", r'a folder, not a config\. Give a file in it\. \(_base_ of .*a\.py\)'),
        (b'_base_ = 7\n', r'a\.py:1: _base_=7: expected the path of a file'),
        (b"_base_ = ['b.py', 7]\n", r'a\.py:1: _base_=7: expected the path of a file'),
        (b"_base_ = 'nosuch::x/y.py'\n", r"a\.py:1: _base_='nosuch::x/y\.py': "),
        (b"_base_ = 'a.py'\n", r'a\.py: _base_ goes round in a circle: .*a\.py -> .*a\.py'),
        (b"_base_ = 'b.py'\n", r'b\.py: _base_ goes round in a circle: .*a\.py -> .*b\.py -> .*a\.py'),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / 'a.py'
    path.write_bytes(content)
    (tmp_path / 'b.py').write_text("_base_ = 'a.py'\n", encoding='utf-8')
    with pytest.raises((ValueError, FileNotFoundError), match=message) as caught:
        read_config(path)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ('name', 'message'), [('.', 'a folder, not a config'), ('tinny.py', r'Did you mean tiny\?'), ('a.txt', 'ends in .py')]
)
def test_a_path_that_is_no_config(tiny: Path, name: str, message: str) -> None:
    (tiny.parent / 'a.txt').write_text('x', encoding='utf-8')
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        read_config(tiny.parent / name)


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        ('lr', 'expected key=value'),
        ('=1', 'expected key=value'),
        ('a..b=1', 'expected key=value'),
        ('train_cfg.max_epochs=[1,(2]', 'brackets or quotes'),
        ('train_dataloader.dataset.pipeline.9.scale=3', 'is a list of 3'),
        ('train_cfg.max_epochs.more=3', 'train_cfg.max_epochs is 2, which has no'),
        ('modle.type=x', "Did you mean 'model'"),
    ],
)
def test_an_override_that_leads_nowhere(tiny: Path, option: str, message: str) -> None:
    with pytest.raises(ValueError, match=r'--cfg-options') as caught:
        read_config(tiny, [option])
    assert message in str(caught.value)


def test_an_argument_of_a_schedule_that_the_config_lacks(tmp_path: Path) -> None:
    (tmp_path / 'mine.py').write_text("optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1))")
    with pytest.raises(
        ValueError, match=r"--cfg-options param_scheduler\.total_steps: .*mine\.py has no 'param_scheduler'\. It has: optim_wrapper"
    ):
        read_config(tmp_path / 'mine.py', ['param_scheduler.total_steps=1'])
    read_config(tmp_path / 'mine.py', ['param_scheduler.type=ConstantLR', 'param_scheduler.factor=0.5'])


def test_a_package_of_ones_own_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / 'mine.py').write_text("custom_imports = dict(imports=['no_such_package'])")
    with pytest.raises(ValueError, match=r"mine\.py: No module named 'no_such_package'\. Install the package .* PYTHONPATH"):
        read_config(tmp_path / 'mine.py')


def test_a_name_is_a_config_also_beside_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'resnet18_rafdb').mkdir()
    assert read_config('resnet18_rafdb').model.type == 'ImageClassifier'
    (tmp_path / 'other').mkdir()
    with pytest.raises(FileNotFoundError, match=r'other: a folder, not a config'):
        read_config('other')
