"""Install with ``pip install projects/eac``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-eac',
    version='0.1.0',
    packages=['ofer_eac', 'ofer_eac._configs', 'ofer_eac._configs._base_'],
    package_dir={'ofer_eac._configs': 'configs', 'ofer_eac._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['eac = ofer_eac']},
)
