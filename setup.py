"""Install with ``pip install -e '.[dev]'``, or plainly ``pip install .``.

The configs travel inside the wheel as ``ofer/_configs``, so ``ofer.get_model('orsanet_rafdb')`` works away from a checkout.
"""

import os
import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent


def version() -> str:
    """``__version__`` as text, without importing the package."""
    found = re.search(r"^__version__ = '([^']+)'$", (ROOT / 'ofer' / '__init__.py').read_text(encoding='utf-8'), re.MULTILINE)
    if found is None:
        raise ValueError("ofer/__init__.py: no line __version__ = '...'")
    return found.group(1)


def config_packages() -> dict[str, str]:
    """``{'ofer._configs': 'configs', 'ofer._configs._base_': 'configs/_base_', ...}``: every folder that holds configs."""
    found = {}
    for folder, _, files in os.walk(ROOT / 'configs'):
        if any(name.endswith('.py') for name in files):
            path = Path(folder).relative_to(ROOT)
            found['.'.join(('ofer', '_configs', *path.parts[1:]))] = path.as_posix()
    return found


CONFIGS = config_packages()
WEB = [
    # The routes, and their description; 0.115 is the first whose starlette limits the parts of forms.
    'fastapi>=0.115',
    # The description's page with its scripts from this machine instead of another server.
    'fastapi-offline>=1.7',
    'uvicorn>=0.30',
    # The page. 6 is the first with api_visibility and footer_links as used here.
    'gradio>=6,<7',
    # Forms; 0.0.18 is the first that refuses endless boundaries quickly.
    'python-multipart>=0.0.18',
    # The clients of ofer analyze serving-load, and of tests.
    'httpx>=0.27',
]
DOCS = [
    # The site of the documentation; 9.5 is the first that shows the footer and the copy button as used here.
    'mkdocs-material>=9.5,<10',
    # Its reference, from docstrings; 1.10 is the first that shows parameters of signatures one a line.
    'mkdocstrings-python>=1.10',
]

setup(
    name='ofer',
    version=version(),
    description='Facial expression recognition that keeps working when the face is occluded',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    license_files=['LICENSE'],
    python_requires='>=3.10',
    packages=[*find_packages(include=['ofer', 'ofer.*']), *CONFIGS],
    package_dir=CONFIGS,
    entry_points={'console_scripts': ['ofer = ofer.cli.main:main']},
    package_data={
        'ofer.weights': ['*.safetensors', '*.json', 'README.md'],
        'ofer.report': ['*.json'],
        'ofer.report.rendering': ['*.html', '*.css'],
        'ofer.serving.page': ['*.html', '*.css'],
    },
    zip_safe=False,
    install_requires=[
        # mmengine and mmpretrain import pkg_resources, which setuptools 82 removed.
        'setuptools<82',
        # torch 2.6 is the first to read checkpoints with weights_only=True by default; its safe_globals is what ofer.compat stands on.
        # Before 2.8 to leave a process group of gloo can hang: its threads were joined without letting them have the interpreter.
        'torch>=2.8',
        # 0.23 is the torchvision of torch 2.8; transforms and the Swin encoder come from it.
        'torchvision>=0.23',
        # Checked with 0.10.7, the newest; a minor release of mmengine may move what is subclassed here, and mmpretrain refuses 1.0.
        'mmengine>=0.10.7,<0.11',
        # The same import as mmcv without compiled operators, which nothing here needs and which do not build everywhere.
        # mmpretrain refuses 2.4. Where mmcv itself is installed, install ofer with --no-deps: the two share one folder.
        'mmcv-lite>=2.0.1,<2.4',
        # The registries are children of mmpretrain's; checked with 1.2, the newest.
        'mmpretrain>=1.2,<1.3',
        # FaceDetectorYN reads the 2023 YuNet model from 4.8 on; OpenCV 5 has no cascade classifier and changed the networks' reader.
        'opencv-python>=4.8,<5',
        # 1.26 is the first numpy for Python 3.12. No upper bound: checked with 2.4.
        'numpy>=1.26',
        'pillow>=10',
        # Fetches files once and checks their SHA-256 (ofer.fetch); 1.6 is the first with the cache folder of every system.
        'pooch>=1.6',
        # Weights that come with the package: a format that holds nothing but tensors. 0.4 is the first that reads metadata as written here.
        'safetensors>=0.4',
        # scipy 1.11 and scikit-learn 1.3 are the first for Python 3.12.
        'scipy>=1.11',
        'scikit-learn>=1.3',
        # torchmetrics renamed its functions in 0.11 and settled in 1.0.
        'torchmetrics>=1.0',
        # Markdown tables. 0.9 is the first that takes a sequence as alignment of the columns.
        'tabulate>=0.9',
        # 3.8 is the first matplotlib for Python 3.12.
        'matplotlib>=3.8',
        # timm moved its layers to timm.layers in 0.9; vision_transformer.Block is called as it is since 1.0.16, and 1.0.31 has Muon.
        'timm>=1.0.31',
        # Weights in its format are read as such (ofer.compat); timm needs it too.
        'safetensors>=0.4',
        # The page of the occlusion report; 3.1 is the first for Python 3.10. torch needs it too.
        'jinja2>=3.1',
        # Progress bars with the time left; 4.66 is the first for Python 3.12.
        'tqdm>=4.66',
    ],
    extras_require={
        'dev': [
            'pytest>=8',
            'pytest-timeout>=2.3',
            # make test runs one worker a core; 3.2 has --dist worksteal.
            'pytest-xdist>=3.2',
            # The formatter's output changes between minor releases; one release for all avoids reformatting in every commit.
            'ruff==0.17.*',
            'mypy>=1.15',
            'import-linter>=2.1',
            # As in the extras onnx and openvino.
            'onnx>=1.17',
            'onnxruntime>=1.20',
            'openvino>=2024.6',
            # What the extras video and table bring, for their tests.
            'av>=14',
            'pandas>=2.1.1',
            'pyarrow>=15',
            # As in the extra demo.
            'scikit-image>=0.23',
            *WEB,
            *DOCS,
            # The page is tested in Chromium; the package has its driver, and the browser comes from the system (make browser).
            'playwright>=1.50',
        ],
        # ofer serve: the inferencer behind an address, with a page for the browser.
        'web': WEB,
        # make docs
        'docs': DOCS,
        # Videos: ofer predict clip.mp4. 14 is the first PyAV that tells how a phone was held.
        'video': ['av>=14'],
        # Results as data frames and Parquet files. 2.1.1 is the first pandas, 15 the first pyarrow for Python 3.12 with numpy 1.26.
        'table': ['pandas>=2.1.1', 'pyarrow>=15'],
        # ofer export --format onnx, and backend='onnx'. onnx 1.17 is the first for Python 3.13, onnxruntime 1.20 reads its files.
        # To run exported files, onnxruntime alone is enough, without torch (docs/export.md).
        'onnx': ['onnx>=1.17', 'onnxruntime>=1.20'],
        # ofer export --format openvino, and backend='openvino', which reads .onnx files too. OpenVINO makes its files from those of onnx.
        'openvino': ['openvino>=2024.6', 'onnx>=1.17'],
        # Many machines: ofer.apis.mapping.FaceMapper with Ray Data (projects/large_jobs). 2.40 is the first with numpy 2.
        'ray': ['ray[data]>=2.40', 'pandas>=2.1.1', 'pyarrow>=15'],
        # Learning curves: ofer train CONFIG --tensorboard, then tensorboard --logdir work_dirs
        'tensorboard': ['tensorboard>=2.16'],
        # Public-domain photographs that are part of the wheel; 0.23 is the first scikit-image for numpy 2.
        'demo': ['tensorboard>=2.16', 'scikit-image>=0.23'],
    },
    classifiers=[
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Topic :: Scientific/Engineering :: Image Recognition',
    ],
)
