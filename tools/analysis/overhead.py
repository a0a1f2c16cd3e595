"""The same as ``ofer analyze overhead``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'overhead', *sys.argv[1:]])
