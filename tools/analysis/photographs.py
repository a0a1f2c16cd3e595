"""The same as ``ofer analyze photographs``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'photographs', *sys.argv[1:]])
