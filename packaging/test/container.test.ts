import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { inEmptyPlace, product, ROOT } from './product.ts';

const FILE = path.basename(product(`NAME-${process.platform}-${process.arch}`));
const isRoot = process.geteuid?.() === 0;
const hasBuildah = spawnSync('buildah', ['--version']).status === 0 && existsSync('/usr/bin/dpkg-deb');

// The base that the Containerfile names has these packages of Debian and little else; they stand in for it without its registry.
const BASE = ['libc6', 'libgcc-s1', 'libstdc++6'];

(isRoot && hasBuildah ? test : test.skip)('the container is built by its Containerfile, and says what it should', () =>
  inEmptyPlace((folder) => {
    const rootfs = path.join(folder, 'rootfs');
    mkdirSync(path.join(rootfs, 'tmp'), { recursive: true, mode: 0o1777 });
    execFileSync('apt-get', ['download', ...BASE], { cwd: folder, stdio: 'ignore' });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', file, rootfs], { cwd: folder });
    const own = ['--root', path.join(folder, 'store'), '--runroot', path.join(folder, 'run')];
    const env = { ...process.env, STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' };
    const buildah = (...args: string[]) =>
      execFileSync('buildah', [...own, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    try {
      const base = buildah('from', 'scratch');
      buildah('copy', '-q', base, rootfs, '/');
      buildah('commit', '-q', base, 'localhost/base');
      const file = path.join(ROOT, 'packaging/container/Containerfile');
      const args = ['--build-arg', 'BASE=localhost/base', '--build-arg', `FILE=${FILE}`, '--file', file];
      buildah('build', '-q', ...args, '-t', 'localhost/lk', path.dirname(product('NAME.tgz')));
      const container = buildah('from', 'localhost/lk');
      const report = buildah('run', container, '--', 'lk', 'doctor', '--json', '--fail-on', 'never');
      expect(JSON.parse(report)).toMatchObject({ schemaVersion: 1 });
      expect(buildah('run', container, '--', 'lk', '--version')).toMatch(/^lenskit-doctor\//);
    } finally {
      spawnSync('buildah', [...own, 'rm', '--all'], { env });
      spawnSync('buildah', [...own, 'rmi', '--all', '--force'], { env });
    }
  }),
);
