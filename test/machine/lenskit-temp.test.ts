import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import { observeLenskitTemp } from '../../src/machine/lenskit-temp.ts';
import { withTree } from '../file-tree.ts';

const hostOf = (cwd: string, set: string | undefined, live = true) =>
  new FileSystemHost({ root: '/', platform: 'linux', env: { LK_TEMP_DIR: set }, cwd, home: '', live });

test('the folder of LK_TEMP_DIR, as Python takes it', () =>
  withTree({ '/models/a': '', '/file': '' }, (root) => {
    const seen = (set: string | undefined) => observeLenskitTemp(hostOf(root, set));
    expect(seen(undefined)).toBeNull();
    expect(seen(path.join(root, 'models'))).toEqual({ folder: path.join(root, 'models'), unusable: null });
    expect(seen('models')).toEqual({ folder: path.join(root, 'models'), unusable: null });
    expect(seen('')).toEqual({ folder: root, unusable: null });
    expect(seen('nothing')?.unusable).toBe('absent');
    expect(seen('file')?.unusable).toBe('no folder');
    // As Node reads a name that is not UTF-8.
    expect(seen('caf\ufffd')).toBeNull();
  }));

test('one that may not be written', () =>
  withTree({ '/models/a': '' }, (root) => {
    const folder = path.join(root, 'models');
    chmodSync(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    expect(observeLenskitTemp(hostOf(root, folder))?.unusable).toBe(isRoot ? null : 'not writable');
    // Of copied files nobody can tell.
    expect(observeLenskitTemp(hostOf(root, folder, false))?.unusable).toBeNull();
    chmodSync(folder, 0o755);
    if (isRoot) expect(observeLenskitTemp(hostOf('/', '/proc/self'))?.unusable).toBeDefined();
  }));
