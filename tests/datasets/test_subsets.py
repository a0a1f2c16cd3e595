import pytest

from ofer.categories import FERPLUS_CODES
from ofer.datasets import FER2013, AffectNet, FERPlus
from ofer.datasets.subsets import image_key, read_subset


@pytest.mark.parametrize(
    ('line', 'key', 'expression', 'kind'),
    [
        ('test_0003_aligned 4 2', 'test_0003', 'anger', 2),
        ('4/test_0003_aligned.jpg', 'test_0003', 'anger', None),
        ('1_fer0034656.png 8 0', 'fer0034656', 'happiness', 0),
        ('0/fer0032226.jpg', 'fer0032226', 'neutral', None),
        ('val/7/bc9ad400db82eca1/', 'bc9ad400db82eca1', 'contempt', None),
        ('2/f48738940564b9e3.jpg', 'f48738940564b9e3', 'surprise', None),
        ('2/d4f3c4b50b55e9bd/8.jpg', 'd4f3c4b50b55e9bd', 'surprise', None),
    ],
)
def test_the_forms_of_a_line(tmp_path, line, key, expression, kind):
    (tmp_path / 'list.txt').write_text(f'{line}\r\n\r\n')
    subset = read_subset(str(tmp_path / 'list.txt'), FERPLUS_CODES)
    assert list(subset.faces) == [key]
    assert subset.faces[key].expression == expression
    assert subset.faces[key].occlusion_type == kind


def test_images_are_known_by_name_in_any_copy():
    assert image_key('data/Image/aligned/test_0003_aligned.jpg') == image_key('test.zip/4/test_0003.png') == 'test_0003'


def test_bad_lists_are_refused(tmp_path):
    list_file = tmp_path / 'list.txt'
    with pytest.raises(FileNotFoundError, match=r'list.txt: no such list'):
        read_subset(str(list_file), FERPLUS_CODES)
    list_file.write_text('0/fer0032226.jpg\n8/fer0032227.jpg\n')
    with pytest.raises(ValueError, match=r"list.txt, line 2: '8/fer0032227.jpg', expected .* label from 0 to 7"):
        read_subset(str(list_file), FERPLUS_CODES)
    list_file.write_text('fer0032226.jpg\n')
    with pytest.raises(ValueError, match=r'line 1'):
        read_subset(str(list_file), FERPLUS_CODES)
    list_file.write_text('0/fer0032226.jpg\n1/fer0032226.jpg\n')
    with pytest.raises(ValueError, match=r'line 2: fer0032226 has another label in the list'):
        read_subset(str(list_file), FERPLUS_CODES)
    with pytest.raises(ValueError, match=r"labels='mine'"):
        read_subset(str(list_file), FERPLUS_CODES, labels='mine')


def test_whose_label_counts(fer_zips, tmp_path):
    list_file = tmp_path / 'list.txt'
    agreeing = [f'{i}/fer{20 + i:07d}.jpg' for i in range(7)]
    list_file.write_text('\n'.join([*agreeing, '0/fer0000027.jpg', '3/fer0000028.jpg']))  # contempt by the votes, and a tie
    root = str(fer_zips)
    theirs = FERPlus(root, 'test', subset={'list_file': str(list_file)})
    assert len(theirs) == 9
    assert '9 matched of 9 listed' in theirs.summary
    assert 'labels of the list, which agree on 7 of 8' in theirs.summary
    assert theirs.classes[theirs.get_data_info(8)['gt_label']] == 'sadness'
    own = FERPlus(root, 'test', subset={'list_file': str(list_file), 'labels': 'dataset'})
    assert len(own) == 8
    assert 'left out: tie 1' in own.summary
    assert own.classes[own.get_data_info(7)['gt_label']] == 'contempt'


def test_a_list_of_something_else_is_refused(fer_zips, tmp_path):
    list_file = tmp_path / 'list.txt'
    list_file.write_text('\n'.join(f'{(i + 1) % 8}/fer{20 + i:07d}.jpg' for i in range(8)))
    with pytest.raises(ValueError, match=r'agree with the data set on 0 of 8'):
        FERPlus(str(fer_zips), 'test', subset={'list_file': str(list_file)})
    with pytest.raises(ValueError, match=r'none of its 8 images is in this split'):
        FERPlus(str(fer_zips), 'val', subset={'list_file': str(list_file)})
    with pytest.raises(ValueError, match=r'FER2013 has no published subset lists'):
        FER2013(str(fer_zips), 'test', subset={'list_file': str(list_file)})


@pytest.mark.parametrize(
    ('subset', 'wrong'),
    [
        ({'list_file': 'list.txt', 'label': 'dataset'}, "no key 'label' is known, "),
        ({'file': 'list.txt'}, "no key 'file' is known, "),
        ({}, ''),
    ],
)
def test_keys_of_a_subset_are_checked_before_anything_is_read(tmp_path, subset, wrong):
    with pytest.raises(ValueError, match=rf": {wrong}expected dict\(list_file=..., labels='list' or 'dataset'\)"):
        FERPlus(str(tmp_path), 'test', subset=subset, lazy_init=True)


@pytest.mark.parametrize('form', ['val/{label}/{name}/', '{label}/{name}.jpg', '{label}/{name}/8.jpg'])
def test_lists_of_affectnet(tmp_path, form):
    names = [f'{label:x}a{label:x}f' for label in range(8)]
    for label, name in enumerate(names):
        for path in (f'val/{label}/{name}.jpg', f'val/{label}/other{label}.jpg'):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).touch()
    (tmp_path / 'list.txt').write_text(''.join(form.format(label=label, name=name) + '\n' for label, name in enumerate(names)))
    dataset = AffectNet(str(tmp_path), 'val', 8, subset={'list_file': 'list.txt'})
    assert sorted(dataset.get_gt_labels()) == list(range(8))
    assert '8 matched of 8 listed in list.txt' in dataset.summary
    assert 'agree on 8 of 8' in dataset.summary
    assert 'left out: contempt 1' in AffectNet(str(tmp_path), 'val', 7, subset={'list_file': 'list.txt'}).summary


def test_numbered_copies_of_affectnet_match_no_list(tmp_path):
    (tmp_path / 'val/0').mkdir(parents=True)
    (tmp_path / 'val/0/17.jpg').touch()
    (tmp_path / 'list.txt').write_text('val/0/bc9ad400db82eca1/\n')
    with pytest.raises(ValueError, match=r'none of its 1 images is in this split.* by the names that its authors gave'):
        AffectNet(str(tmp_path), 'val', subset={'list_file': 'list.txt'})
