import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where each shell looks for it, below a prefix such as /usr/share, and by which name. */
const FILES = {
  bash: 'bash-completion/completions/lk',
  zsh: 'zsh/site-functions/_lk',
  fish: 'fish/vendor_completions.d/lk.fish',
};

/** `share/` as packages of distributions have it: what the built `lk completion` prints for each shell. */
export function makeCompletions({ root, output }) {
  for (const [shell, file] of Object.entries(FILES)) {
    const args = [path.join(root, 'bin/lk.cjs'), 'completion', shell];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`lk completion ${shell}: ${stderr}`);
    const target = path.join(output, 'share', file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, stdout);
  }
}
