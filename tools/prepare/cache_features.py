"""The same as ``ofer prepare cache-features``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['prepare', 'cache-features', *sys.argv[1:]])
