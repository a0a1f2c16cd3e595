from collections.abc import Callable
from pathlib import Path

import pytest

from ofer.categories import FERPLUS_CODES
from ofer.datasets import FEDRO, RAFDB
from ofer.datasets.ck_plus import read_emotion
from ofer.datasets.subsets import read_subset
from ofer.datasets.text_lines import read_lines


@pytest.mark.parametrize('content', [b'a\nb c\n', b'a\r\nb c\r\n', b'\xef\xbb\xbfa\nb c\n', b'a\rb c\r', 'a\r\nb c\r\n'.encode('utf-16')])
def test_lines_with_any_ends(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'list.txt').write_bytes(content)
    assert read_lines(str(tmp_path / 'list.txt')) == ['a', 'b c', '']


def test_a_separator_in_a_name_ends_no_line(tmp_path: Path) -> None:
    (tmp_path / 'list.txt').write_text('a\u2028b\nc', encoding='utf-8')
    assert read_lines(str(tmp_path / 'list.txt')) == ['a\u2028b', 'c']


@pytest.mark.parametrize(
    ('name', 'read'),
    [
        ('EmoLabel/list_patition_label.txt', lambda path: RAFDB(str(path.parent.parent))),
        ('occlusion_emotion_dataset.txt', lambda path: FEDRO(str(path.parent), 'test')),
        ('list.txt', lambda path: read_subset(str(path), FERPLUS_CODES)),
        ('S005_001_00000011_emotion.txt', lambda path: read_emotion(str(path))),
    ],
)
@pytest.mark.parametrize(('content', 'line'), [(b'\n\ncaf\xe9.jpg 1\n', 3), ('happy/a.jpg\n'.encode('utf-16')[:-1], 1)])
def test_every_list_that_is_not_utf8_is_named(tmp_path: Path, name: str, read: Callable, content: bytes, line: int) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf'{path.name}, line {line}: no text in UTF-8 \(.*Save it as UTF-8'):
        read(path)
