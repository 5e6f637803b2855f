import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

/**
 * `action/`: what a release's tag holds for `uses:`. GitHub installs nothing, so the package lies in it. And `action.tar.gz`, the
 * same as one file to be handed out.
 */
export async function makeAction({ root, output, name, version }) {
  const action = path.join(output, 'action');
  rmSync(action, { recursive: true, force: true });
  mkdirSync(path.join(action, 'dist'), { recursive: true });
  cpSync(path.join(root, 'action/action.yml'), path.join(action, 'action.yml'));
  cpSync(path.join(root, 'LICENSE'), path.join(action, 'LICENSE'));
  execFileSync('tar', ['-xzf', path.join(output, `${name}-${version}.tgz`), '-C', path.join(action, 'dist')]);
  await esbuild.build({
    entryPoints: [path.join(root, 'action/main.mjs')],
    outfile: path.join(action, 'dist/main.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  });
  execFileSync('tar', ['-C', output, '-czf', path.join(output, 'action.tar.gz'), 'action']);
}
