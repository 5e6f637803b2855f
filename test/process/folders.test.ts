import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LaunchError, Launcher } from '../../src/process/launcher.ts';
import { PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from './python.ts';

const python = findPython();
const SCRIPT = path.join(PROJECT, 'bench/launcher.py');

/** Mounts are tried in a namespace of their own, where that is allowed. */
const mounts = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;

(python === null ? describe.skip : describe)('the temporary folder of a benchmark', () => {
  const start = (): Promise<Launcher> => Launcher.start(python as string, SCRIPT);

  test("is its user's alone, and gone with all that is in it when the launcher ends; what links point to stays", () =>
    withTree({ '/outside/file': 'mine', '/outside/folder/file': 'mine' }, async (root) => {
      const launcher = await start();
      const folder = await launcher.folder(root);
      expect([path.dirname(folder), statSync(folder).mode & 0o777]).toEqual([root, 0o700]);
      mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
      writeFileSync(path.join(folder, 'deep/er/file'), '');
      mkdirSync(path.join(folder, 'closed'), { mode: 0o000 });
      symlinkSync(path.join(root, 'outside'), path.join(folder, 'link'));
      symlinkSync(path.join(root, 'outside/file'), path.join(folder, 'deep/link'));
      expect(await launcher.close()).toEqual([]);
      expect(existsSync(folder)).toBe(false);
      for (const file of ['file', 'folder/file'])
        expect(readFileSync(path.join(root, 'outside', file), 'utf8')).toBe('mine');
    }));

  test('replaced by a link, it is left and named', () =>
    withTree({ '/outside/file': 'mine' }, async (root) => {
      const launcher = await start();
      const folder = await launcher.folder(root);
      execFileSync('rmdir', [folder]);
      symlinkSync(path.join(root, 'outside'), folder);
      expect(await launcher.close()).toEqual([{ path: folder, why: 'something else is there in its place' }]);
      expect(readFileSync(path.join(root, 'outside/file'), 'utf8')).toBe('mine');
    }));

  test('cannot be made: the reason, and the launcher goes on', async () => {
    const launcher = await start();
    await expect(launcher.folder('/nowhere')).rejects.toThrow(new LaunchError('/nowhere: no such file or directory'));
    expect(await launcher.run({ argv: ['/bin/true'], env: {}, timeout: 9 })).toMatchObject({ exitCode: 0 });
    await launcher.close();
  });

  (mounts ? test : test.skip)('what a command has mounted in it stays, also of the same file system', () =>
    withTree({ '/outside/file': 'mine', '/parent/x': '' }, (root) => {
      const script = `
import os, subprocess, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[2])
import folders
root = sys.argv[1]
folder = folders.make(root + "/parent", "lk-bench-")
os.mkdir(folder + "/a b"); open(folder + "/file", "w").close()
subprocess.run(["mount", "--bind", root + "/outside", folder + "/a b"], check=True)
print(folders.remove(folder), os.listdir(folder), os.path.isfile(root + "/outside/file"))`;
      const args = ['-m', python as string, '-c', script, root, path.join(PROJECT, 'bench')];
      expect(execFileSync('unshare', args, { encoding: 'utf8' })).toMatch(/a b is a mount \['a b'\] True\n$/);
      expect(readFileSync(path.join(root, 'outside/file'), 'utf8')).toBe('mine');
    }),
  );
});
