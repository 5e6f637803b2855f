// What lk bench batch claims, on simulated jobs of known cost: npm run bench:claims [-- JOBS].
// The whole decision runs, without processes. For each kind of noise: how often a job that ignores every variable is
// claimed to be faster with another setting (at most 5 % may be), how often the right one of four settings is named where
// it is 1.15 times as fast, in how many rounds, and how often the interval holds the true ratio; the same for the rule
// before (three runs of each, the quickest median).
import { bundled } from './bundled.mjs';

const jobs = Number(process.argv[2] ?? 400);
const { decided, decidedBefore, nullJob, realJob, NOISES } = await bundled('test/bench/simulated-claims.ts');
const { seeded } = await bundled('src/bench/statistics/summaries.ts');

const percent = (part, of) => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`.padStart(8);
const right = ({ seconds }, { setting }) =>
  setting !== null && seconds[setting] < seconds.at(-1) && seconds[setting] === Math.min(...seconds);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function row(name, make, rule) {
  const random = seeded(20261126);
  const results = [];
  for (let seed = 0; seed < jobs; seed++) {
    const job = make(random, seed);
    results.push({ job, claim: await rule(job, seed) });
  }
  const claims = results.filter(({ claim }) => claim.setting !== null);
  const named = claims.filter(({ job, claim }) => right(job, claim));
  const within = named.filter(({ claim }) => claim.rounds <= 8);
  const told = results.filter(({ claim }) => claim.interval !== null);
  const held = told.filter(({ claim: { interval, truth } }) => interval[0] <= truth && truth <= interval[1]);
  console.log(
    `${name.padEnd(36)}${percent(claims.length, jobs)}${percent(named.length, jobs)}${percent(within.length, jobs)}` +
      `${told.length === 0 ? '       –' : percent(held.length, told.length)}${String(median(results.map(({ claim }) => claim.rounds))).padStart(8)}${String(median(results.map(({ claim }) => claim.runs))).padStart(6)}`,
  );
  return { claims: claims.length / jobs, within: within.length / jobs };
}

const kinds = Object.keys(NOISES);
let fine = true;
for (const [title, rule] of [
  ['before', decidedBefore],
  ['now', decided],
]) {
  console.log(`\n${title.padEnd(36)}  claims   right  in 8 r. covered  rounds  runs`);
  for (const kind of kinds) await row(`nothing, ${kind}`, (random) => nullJob(kind, 4, random), rule);
  const all = await row(
    'nothing, all kinds in turn',
    (random, seed) => nullJob(kinds[seed % kinds.length], 4, random),
    rule,
  );
  const large = await row(
    'nothing, 12 settings',
    (random, seed) => nullJob(kinds[seed % kinds.length], 12, random),
    rule,
  );
  const real = await row('1.15 times as fast, 2–5 %', (random) => realJob(4, random), rule);
  for (const deviation of [0.02, 0.05, 0.1, 0.15])
    await row(`1.15 times as fast, ${deviation * 100} %`, (random) => realJob(4, random, 1.15, deviation), rule);
  await row('1.05 times as fast, 2 %', (random) => realJob(4, random, 1.05, 0.02), rule);
  await row('2 times as fast, 15 %', (random) => realJob(4, random, 2, 0.15), rule);
  if (rule === decided) fine = all.claims <= 0.05 && large.claims <= 0.05 && real.within >= 0.9;
}
console.log(
  `\n${fine ? 'holds' : 'does not hold'}: at most 5 % false claims, at least 90 % of the real ones in 8 rounds`,
);
process.exitCode = fine ? 0 : 1;
