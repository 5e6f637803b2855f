import { chmodSync, chownSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { whyNotTrusted } from '../../src/project/trusted.ts';
import { withTree } from '../file-tree.ts';

const user = process.geteuid?.();
const asRoot = user === 0 ? test : test.skip;
const why = (file: string, who = user) => whyNotTrusted(thisMachine(), file, who);

function withProject(run: (file: string, folder: string, root: string) => void): Promise<void> {
  return withTree({ '/p/q/pyproject.toml': '' }, (root) => {
    const real = realpathSync(root);
    const folder = path.join(real, 'p/q');
    const file = path.join(folder, 'pyproject.toml');
    chmodSync(file, 0o644);
    for (const one of [folder, path.dirname(folder)]) chmodSync(one, 0o755);
    run(file, folder, real);
  });
}

describe('whether what a file says may lead to programs', () => {
  test("its user's own, below folders that nobody else writes: yes, also below /tmp", () =>
    withProject((file) => expect(why(file)).toBeNull()));

  test.each([0o664, 0o646, 0o666])('a file of mode %o: no', (mode) =>
    withProject((file) => {
      chmodSync(file, mode);
      expect(why(file)).toBe(`it can be written by others (chmod go-w ${file})`);
    }),
  );

  test.each([0o775, 0o757])('a folder of mode %o, however far above: no', (mode) =>
    withProject((file, folder) => {
      for (const one of [folder, path.dirname(folder)]) {
        chmodSync(one, mode);
        expect(why(file)).toBe(`its folder ${one} can be written by others (chmod go-w ${one})`);
        chmodSync(one, 0o755);
      }
      expect(why(file)).toBeNull();
    }),
  );

  test('a folder that keeps files to their owners: yes', () =>
    withProject((file, folder) => {
      chmodSync(folder, 0o1777);
      expect(why(file)).toBeNull();
    }));

  asRoot('of another user, the file or a folder: no', () =>
    withProject((file, folder) => {
      chownSync(file, 12345, 12345);
      expect(why(file)).toBe('it belongs to another user (12345)');
      chownSync(file, 0, 0);
      chownSync(folder, 12345, 12345);
      expect(why(file)).toBe(`its folder ${folder} belongs to another user (12345)`);
      // To that user root's file is as good as an own one.
      expect(why(file, 12345)).toBeNull();
    }),
  );

  test('behind a link both ends count', () =>
    withProject((file, folder, root) => {
      const open = path.join(root, 'open');
      mkdirSync(open);
      chmodSync(open, 0o777);
      symlinkSync(file, path.join(open, 'pyproject.toml'));
      expect(why(path.join(open, 'pyproject.toml'))).toContain(`its folder ${open} can be written`);
      writeFileSync(path.join(open, 'x.toml'), '');
      symlinkSync(path.join(open, 'x.toml'), path.join(folder, '.lenskit-doctor.toml'));
      expect(why(path.join(folder, '.lenskit-doctor.toml'))).toContain(`its folder ${open} can be written`);
    }));

  test('where nobody can tell: no', () =>
    withProject((file, _, root) => {
      expect(why(`${file}.gone`)).toBe('its owner cannot be told');
      expect(whyNotTrusted(thisMachine(), file, undefined)).toBe('its owner cannot be told');
      expect(whyNotTrusted(machineBelow(root), '/p/q/pyproject.toml', user)).toContain('cannot be told');
    }));
});
