import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { inject } from 'postject';

/** The Node that is in it, from npm, where its program is a package of its own for each platform. Of 26 it wants libatomic. */
const NODE = '24.21.0';
/** Where Node looks for what is in it, as its documentation of single executable applications has it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const PLATFORM = `${process.platform}-${process.arch}`;
const npm = (cwd, ...args) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** `NAME-VERSION-PLATFORM`: Node with the whole package in it, for this platform. Needs nothing but the C library. */
export async function makeSingleFile({ root, output, name, version }) {
  const work = mkdtempSync(path.join(os.tmpdir(), 'single-file-'));
  try {
    const node = nodeProgram(work);
    const folder = unpacked(work, path.join(output, `${name}-${version}.tgz`));
    compileAhead(root, folder, node);
    writeArchive(work, folder);
    await esbuild.build({
      entryPoints: [path.join(root, 'packaging/single-file/main.cjs')],
      bundle: true,
      platform: 'node',
      target: 'node24',
      outfile: path.join(work, 'main.cjs'),
    });
    const config = {
      main: path.join(work, 'main.cjs'),
      output: path.join(work, 'blob'),
      disableExperimentalSEAWarning: true,
      assets: { index: path.join(work, 'index.json'), files: path.join(work, 'files') },
    };
    writeFileSync(path.join(work, 'sea.json'), JSON.stringify(config));
    execFileSync(node, ['--experimental-sea-config', path.join(work, 'sea.json')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const file = path.join(output, `${name}-${version}-${PLATFORM}`);
    rmSync(file, { force: true });
    cpSync(node, file);
    await inject(file, 'NODE_SEA_BLOB', readFileSync(config.output), {
      sentinelFuse: FUSE,
      machoSegmentName: 'NODE_SEA',
    });
    chmodSync(file, 0o755);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Node's program, and without what only a debugger reads of it. */
function nodeProgram(work) {
  const tarball = npm(work, 'pack', '--silent', `node-${PLATFORM}@${NODE}`).trim();
  execFileSync('tar', ['-xzf', tarball], { cwd: work });
  const node = path.join(work, 'node');
  cpSync(path.join(work, 'package/bin/node'), node);
  rmSync(path.join(work, 'package'), { recursive: true });
  if (process.platform === 'linux') execFileSync('strip', [node], { stdio: 'pipe' });
  return node;
}

function unpacked(work, tarball) {
  execFileSync('tar', ['-xzf', tarball], { cwd: work });
  return path.join(work, 'package');
}

/** The code cache of the Node that is in it, in place of the one of the Node that built. */
function compileAhead(root, folder, node) {
  const dist = path.join(folder, 'dist');
  for (const file of readdirSync(dist)) if (file.endsWith('.cache')) rmSync(path.join(dist, file));
  mkdirSync(path.join(folder, 'scripts'));
  cpSync(path.join(root, 'scripts/code-cache.cjs'), path.join(folder, 'scripts/code-cache.cjs'));
  execFileSync(node, ['scripts/code-cache.cjs'], { cwd: folder });
  rmSync(path.join(folder, 'scripts'), { recursive: true });
}

/** All files in one, and where each begins and ends. */
function writeArchive(work, folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.d.ts'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const parts = names.map((name) => readFileSync(path.join(folder, name)));
  let to = 0;
  const files = names.map((name, index) => {
    const from = to;
    to += parts[index].length;
    return { name, from, to };
  });
  const all = Buffer.concat(parts);
  const digest = createHash('sha256').update(JSON.stringify(names)).update(all).digest('hex').slice(0, 32);
  writeFileSync(path.join(work, 'files'), all);
  writeFileSync(path.join(work, 'index.json'), JSON.stringify({ digest, files }));
}
