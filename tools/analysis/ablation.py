"""The same as ``ofer analyze ablation``."""

import sys

from ofer.cli.main import main

if __name__ == '__main__':
    main(['analyze', 'ablation', *sys.argv[1:]])
