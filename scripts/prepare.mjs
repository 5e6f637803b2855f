// What npm runs after an install in a checkout, and for a package that is installed from Git (pre-commit does): there is no
// dist/ yet. Without the development packages nothing can be built, and nothing is said: what is packed has been built.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (['esbuild', 'typescript', 'tree-sitter-python'].every((name) => existsSync(`${root}/node_modules/${name}`)))
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
