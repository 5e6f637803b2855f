import { commands } from './commands.mjs';
import { disks } from './disks.mjs';
import { environment } from './environment.mjs';
import { files } from './files.mjs';
import { flags } from './flags.mjs';
import { journals } from './journals.mjs';
import { kills } from './kills.mjs';
import { machines } from './machines.mjs';
import { processes } from './processes.mjs';
import { pythons } from './pythons.mjs';
import { readers } from './readers.mjs';
import { scripts } from './scripts.mjs';
import { snapshots } from './snapshots.mjs';
import { toml } from './toml.mjs';
import { trees } from './trees.mjs';

/**
 * The kinds of attack. `make(random, scratch, tools)` prepares a case's folder and answers with its steps; `needs`
 * names the programs and rights without which the kind is left out.
 */
export const KINDS = {
  flags,
  environment,
  snapshots,
  toml,
  scripts,
  pythons,
  trees,
  commands,
  kills,
  disks,
  files,
  journals,
  readers,
  machines,
  processes,
};
