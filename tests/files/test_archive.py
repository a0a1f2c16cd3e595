"""Folders and archives are listed alike; what is no image is counted, what systems leave is passed over."""

import zipfile
from pathlib import Path

import pytest

from ofer.datasets.layouts import find_file, find_split
from ofer.files.archive import entries, exists, is_folder, list_images, read_bytes, scan

FILES = {
    'train/happy/a.JPG': b'a', 'train/happy/b.webp': b'b', 'train/happy/c.heic': b'', 'train/README': b'',
    'train/Thumbs.db': b'', 'train/happy/._a.JPG': b'', '__MACOSX/train/happy/._a.JPG': b'', 'train/.ipynb_checkpoints/a.jpg': b'',
}  # fmt: skip


@pytest.fixture(params=['folder', 'archive', 'archive of Windows'])
def container(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == 'folder':
        for name, content in FILES.items():
            (tmp_path / 'top' / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / 'top' / name).write_bytes(content)
        return str(tmp_path / 'top')
    path = tmp_path / 'top.zip'
    with zipfile.ZipFile(path, 'w') as archive:
        for name, content in FILES.items():
            info = zipfile.ZipInfo()
            info.filename = name.replace('/', '\\') if 'Windows' in request.param else name
            archive.writestr(info, content)
    return str(path)


def test_listing(container: str) -> None:
    tree = scan(container)
    assert tree.images == ('train/happy/a.JPG', 'train/happy/b.webp')
    assert tree.others == ('train/README', 'train/happy/c.heic')
    assert tree.litter == 4
    assert tree.describe().endswith(', files that are no images: .heic 1, without suffix 1, left by an operating system 4')
    assert list_images(f'{container}/train') == ['happy/a.JPG', 'happy/b.webp']
    assert entries(container) == {'train': True}
    assert entries(f'{container}/train/happy') == {'a.JPG': False, 'b.webp': False, 'c.heic': False}
    assert read_bytes(f'{container}/train/happy/b.webp') == b'b'
    assert [exists(f'{container}/{name}') for name in ('', 'train', 'train/happy/a.JPG', 'tra')] == [True, True, True, False]
    assert [is_folder(f'{container}/{name}') for name in ('', 'train', 'train/happy/a.JPG', 'tra')] == [True, True, False, False]


def test_names_are_found_in_any_letter_case_and_in_a_folder_of_its_own(container: str) -> None:
    assert find_split(container, ('TRAIN',)) == f'{container}/train'
    assert find_split(container, ('HAPPY',)) is None or find_split(container, ('HAPPY',)) == f'{container}/train/happy'
    assert find_split(str(Path(container).parent), ('Train',)) == f'{container}/train'
    assert find_file(container, ('nothing', 'train/readme')) == f'{container}/train/README'
    assert find_split(container, ('val',)) is None


def test_a_link_to_a_folder_above_ends(tmp_path: Path) -> None:
    (tmp_path / 'happy').mkdir()
    (tmp_path / 'happy/a.png').touch()
    (tmp_path / 'happy/again').symlink_to(tmp_path)
    assert list_images(tmp_path) == ['happy/a.png']


def test_archives_with_a_password_are_named(tmp_path: Path) -> None:
    path = tmp_path / 'a.zip'
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('happy/a.png', b'a')
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of encryption, in the member's header and in the table of contents
    content[content.index(b'PK\x01\x02') + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'a.zip/happy/a.png: cannot be unpacked \(.*password'):
        read_bytes(f'{path}/happy/a.png')
