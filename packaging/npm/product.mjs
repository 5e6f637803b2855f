import { execFileSync } from 'node:child_process';

/** `NAME-VERSION.tgz`, as npm publishes it; what is in it was built before. */
export function makeTarball({ root, output }) {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', output], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
