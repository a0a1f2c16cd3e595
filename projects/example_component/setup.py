"""Install with ``pip install projects/example_component``: ofer finds the project by its entry point."""

from setuptools import setup

setup(
    name='ofer-example-component',
    version='0.1.0',
    packages=['example_component', 'example_component._configs'],
    package_dir={'example_component._configs': 'configs'},
    install_requires=['ofer>=0.2.0.dev0,<0.3'],
    entry_points={'ofer.projects': ['example_component = example_component']},
)
