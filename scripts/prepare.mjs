// What npm runs after an install in a checkout, and for a package that is installed from Git (pre-commit does): there is no
// dist/ yet. Where the development packages were left out nothing can be built, and nothing is said. What is packed was
// built by `prepack`, which says when it cannot.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const NEEDED = ['esbuild', 'typescript', 'tree-sitter-python'];
const canBuild = () => NEEDED.every((name) => existsSync(`${root}/node_modules/${name}`));

/** In the folder of the package alone, whatever the npm around this one was told. */
function npm(...args) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_config_(global|prefix|local_prefix|location|omit)$/i.test(name),
    ),
  );
  execFileSync('npm', args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
}

if (['pack', 'publish'].includes(process.env.npm_command)) process.exit();
// To install from Git npm wants the development packages beside it; with --global it looks for them in the wrong place (11.19).
if (!canBuild() && process.env.npm_config_global === 'true') npm('ci', '--include=dev', '--ignore-scripts');
if (canBuild()) npm('run', 'build');
