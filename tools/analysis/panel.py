"""The same as ``ofer analyze panel``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'panel', *sys.argv[1:]])
