// Attacks the built program at random, and looks at what has to hold whatever it meets. See docs/campaign.md.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign } from './campaign/campaign.mjs';
import { KINDS } from './campaign/kinds/all.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    only: { type: 'string', multiple: true, default: [] },
    case: { type: 'string' },
    program: { type: 'string', default: path.resolve(import.meta.dirname, '../bin/lk.cjs') },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const unknown = values.only.find((name) => !(name in KINDS));
if (unknown) {
  console.error(`no kind ${unknown}; there are ${Object.keys(KINDS).join(', ')}`);
  process.exit(2);
}

if (!process.env.CAMPAIGN_PRIVATE && canMount()) {
  // mounts of the cases are seen by nobody else, and go with this process
  const { status } = spawnSync(
    'unshare',
    ['--mount', process.execPath, ...process.argv.slice(1), '--seed', values.seed],
    {
      stdio: 'inherit',
      env: { ...process.env, CAMPAIGN_PRIVATE: '1' },
    },
  );
  process.exit(status ?? 1);
}

const campaign = new Campaign({
  seed: values.seed,
  program: path.resolve(values.program),
  keepAll: values.keep,
  canMount: Boolean(process.env.CAMPAIGN_PRIVATE),
});
const tally = await campaign.run({
  kinds: values.only.length > 0 ? values.only : Object.keys(KINDS),
  seconds: Number(values.seconds),
  only: values.case === undefined ? null : Number(values.case),
});
console.log(values.json ? JSON.stringify(tally.counts()) : tally.summary());
process.exitCode = tally.failed ? 1 : 0;

function canMount() {
  return (
    process.getuid?.() === 0 && existsSync('/usr/bin/unshare') && spawnSync('unshare', ['--mount', 'true']).status === 0
  );
}
