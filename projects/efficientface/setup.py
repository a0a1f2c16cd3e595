"""Install with ``pip install projects/efficientface``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-efficientface',
    version='0.1.0',
    packages=['ofer_efficientface', 'ofer_efficientface._configs', 'ofer_efficientface._configs._base_'],
    package_dir={'ofer_efficientface._configs': 'configs', 'ofer_efficientface._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['efficientface = ofer_efficientface']},
)
