"""The same as ``ofer prepare landmarks``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['prepare', 'landmarks', *sys.argv[1:]])
