import { spawnSync } from 'node:child_process';

const IDS = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** The words before a command that run it as a user who may not read everything: none, where the tests are no root. */
export const unprivileged: readonly string[] = process.geteuid?.() === 0 ? ['setpriv', ...IDS] : [];

/** False where that cannot be done here: no setpriv, or a Node that only root may start. */
export const canBeUnprivileged =
  spawnSync(unprivileged[0] ?? process.execPath, [...unprivileged.slice(1), process.execPath, '-e', '0']).status === 0;
