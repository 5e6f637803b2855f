import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pythonEnvironment } from '../python-environment.mjs';

const HERE = import.meta.dirname;

/** `site/`: docs/ with README.md as its front page, by MkDocs. */
export function makeSite({ output, date }) {
  const python = pythonEnvironment('site', path.join(HERE, 'requirements.txt'));
  const args = ['build', '--quiet', '--strict', '-f', path.join(HERE, 'mkdocs.yml'), '-d', path.join(output, 'site')];
  execFileSync(python, ['-m', 'mkdocs', ...args], {
    env: {
      ...process.env,
      // Material tells at each build that it has a successor (CONTRIBUTING.md).
      NO_MKDOCS_2_WARNING: '1',
      // MkDocs would take the time of the build for that of the pages.
      SOURCE_DATE_EPOCH: String(date.getTime() / 1000),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
