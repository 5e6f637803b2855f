// What npm run test:cluster needs besides the environments of npm run test:lenskit: Slurm and MUNGE of Debian or Ubuntu, which
// root installs where they are missing. Nothing of theirs is configured or started here. What cannot be had is said, and
// its tests are skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const WANTED = { slurmctld: 'slurm-wlm', slurmd: 'slurm-wlm', srun: 'slurm-wlm', munged: 'munge' };
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'];

const missing = Object.keys(WANTED).filter((name) => !FOLDERS.some((folder) => existsSync(`${folder}/${name}`)));
if (missing.length > 0) {
  const packages = [...new Set(missing.map((name) => WANTED[name]))];
  const why =
    process.geteuid?.() !== 0 ? 'only root installs them' : existsSync('/usr/bin/apt-get') ? null : 'no apt-get';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) => spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const isThere =
    why === null &&
    (apt('install', '-y', '--no-install-recommends', ...packages) ||
      (apt('update') && apt('install', '-y', '--no-install-recommends', ...packages)));
  if (!isThere)
    console.log(`Slurm: ${missing.join(', ')} missing (${packages.join(', ')}): ${why ?? 'apt-get could not'}`);
}
