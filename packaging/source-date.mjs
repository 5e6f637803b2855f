import { spawnSync } from 'node:child_process';

/** The same sources have the same date: SOURCE_DATE_EPOCH as reproducible-builds.org has it, else the last commit's; outside of Git now. */
export function sourceDate(root) {
  const named = process.env.SOURCE_DATE_EPOCH;
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  const seconds = Number(named || stdout?.trim());
  return new Date((seconds > 0 ? seconds : Math.floor(Date.now() / 1000)) * 1000);
}
