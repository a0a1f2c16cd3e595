"""Exported files in the cache: made once, and made again as soon as anything that determines their content is another."""

import shutil
from pathlib import Path

import pytest

from ofer.apis import exports, kept_exports
from ofer.apis.kept_exports import PACKAGE, code_hash, export_key, kept_export
from ofer.engine.config.named_files import named_files

CONFIG = "model = dict(type='ImageClassifier', backbone=dict(type='ResNet', depth={depth}), neck=dict(checkpoint='{file}'))\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A config, weights, and the weights of a part that the config names."""
    config, weights, part = (tmp_path / name for name in ('mine.py', 'mine.pth', 'part.pth'))
    weights.write_bytes(b'weights')
    part.write_bytes(b'part')
    config.write_text(CONFIG.format(depth=18, file=part))
    return config, weights, part


def test_the_key_is_that_of_the_content_and_not_of_names(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    config, weights, part = files
    before = export_key(config, weights, 'onnx')
    (copy := tmp_path / 'copy.pth').write_bytes(b'weights')
    (same := tmp_path / 'same.py').write_text('# a comment\n' + config.read_text())
    assert export_key(same, copy, 'onnx') == before
    assert export_key(config, weights, 'openvino') != before
    copy.write_bytes(b'weights of another training')
    assert export_key(config, copy, 'onnx') != before
    assert export_key(config, None, 'onnx') != before
    part.write_bytes(b'another part')
    changed = export_key(config, weights, 'onnx')
    assert changed != before
    config.write_text(CONFIG.format(depth=34, file=part))
    assert export_key(config, weights, 'onnx') not in (before, changed)


def test_the_key_changes_with_version_and_code(files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config, weights, _ = files
    keys = {export_key(config, weights, 'onnx')}
    with monkeypatch.context() as patch:
        patch.setattr(kept_exports, '__version__', '9.9')
        keys.add(export_key(config, weights, 'onnx'))
    copy = tmp_path / 'ofer'
    shutil.copytree(PACKAGE, copy, ignore=lambda folder, names: [name for name in names if '.' in name and not name.endswith('.py')])
    (copy / '_configs').mkdir()
    (copy / '_configs' / 'resnet18.py').touch()  # as in an installed package
    assert code_hash(copy) == code_hash(PACKAGE)
    shutil.copytree(copy, changed := tmp_path / 'changed')
    graphs = changed / 'export' / 'graphs.py'
    graphs.write_text(graphs.read_text() + '# changed\n')
    monkeypatch.setattr(kept_exports, 'PACKAGE', changed)
    keys.add(export_key(config, weights, 'onnx'))
    assert len(keys) == 3


def test_the_key_changes_with_the_code_of_a_project(
    files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config, weights, _ = files
    (package := tmp_path / 'own_net').mkdir()
    (package / '__init__.py').write_text('')
    monkeypatch.syspath_prepend(tmp_path)
    config.write_text(config.read_text() + "custom_imports = dict(imports=['own_net'])\n")
    before = export_key(config, weights, 'onnx')
    (package / 'net.py').write_text('x = 1\n')
    code_hash.cache_clear()
    assert export_key(config, weights, 'onnx') != before


def test_files_are_named_directly_by_the_package_and_by_other_configs(files: tuple[Path, Path, Path]) -> None:
    config, _, part = files
    model = dict(prior=dict(checkpoint='ofer::landmarks'), classifier=dict(config=str(config)), other=dict(cnn_checkpoint='missing.pth'))
    found = named_files(model)
    assert set(found) == {'ofer::landmarks', str(config), str(part)}
    assert all(path.is_file() for path in found.values())


def test_a_file_is_made_once_for_each_content(files: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config, weights, _ = files
    made: list[Path] = []

    def export(model: Path, given: Path, path: Path) -> None:
        assert (model, given) == (config, weights)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        made.append(path)

    monkeypatch.setenv('OFER_HOME', str(tmp_path / 'home'))
    monkeypatch.setattr(exports, 'export_model', export)
    first = kept_export(config, weights, 'onnx')
    assert kept_export(config, weights, 'onnx') == first
    assert made == [first]
    assert first.name.startswith('mine-')
    weights.write_bytes(b'other weights')
    second = kept_export(config, weights, 'onnx')
    assert made == [first, second]
    assert first.is_file()
    monkeypatch.setattr(kept_exports, 'find_spec', lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"holds no default for backend='onnx', and torch.*ofer export default --format onnx"):
        kept_export('default', weights, 'onnx')
    with pytest.raises(FileNotFoundError, match=r'mine\.py: a config is read with torch.*ofer export .*mine\.py'):
        kept_export(config, weights, 'onnx')
