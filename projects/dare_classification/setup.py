"""Install with ``pip install projects/dare_classification``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-dare-classification',
    version='0.1.0',
    packages=['ofer_dare_classification', 'ofer_dare_classification._configs', 'ofer_dare_classification._configs._base_'],
    package_dir={'ofer_dare_classification._configs': 'configs', 'ofer_dare_classification._configs._base_': 'configs/_base_'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['dare_classification = ofer_dare_classification']},
)
