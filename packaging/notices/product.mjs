import { copyFileSync } from 'node:fs';
import path from 'node:path';

/** `THIRD-PARTY-NOTICES.txt`: what the build wrote, from what it bundled. */
export function makeNotices({ root, output }) {
  copyFileSync(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), path.join(output, 'THIRD-PARTY-NOTICES.txt'));
}
