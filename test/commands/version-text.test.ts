import { expect, test } from '@jest/globals';
import { doctorJson } from '../cli.ts';
import { withTree } from '../file-tree.ts';

test('a version that looks like a marked integer is a text', () =>
  withTree(
    {
      '/env/bin/python3': '',
      '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
      '/env/lib/python3.13/site-packages/lenskit-1.dist-info/METADATA': 'Version: \u00002025\n',
    },
    (root) => {
      const { report } = doctorJson(['--sysroot', root, '--python', '/env', '--fail-on', 'never']);
      expect(report.lenskit.version).toBe('\u00002025');
    },
  ));
