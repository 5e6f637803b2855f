// How right the time left is that lk bench batch shows: npm run bench:forecast [-- SEARCHES].
// Simulated searches of jobs of known cost, the forecast asked before each run: how often it is within a factor of 1.5
// of the time that was left in truth, after a third, a half and two thirds of the time, and the quantiles of said ÷ true.
import { bundled } from './bundled.mjs';

const searches = Number(process.argv[2] ?? 60);
const { costJob, forecastSearch, GRIDS, isRight, ratioAt } = await bundled('test/bench/simulated-forecast.ts');
const { seeded } = await bundled('src/bench/statistics/summaries.ts');
const SHARES = { 'a third': 1 / 3, 'a half': 1 / 2, 'two thirds': 2 / 3 };

for (const [name, grid] of Object.entries(GRIDS)) {
  const random = seeded(20261126);
  const said = [];
  for (let seed = 1; seed <= searches; seed++) said.push(await forecastSearch(costJob(random), grid, seed));
  for (const [share, at] of Object.entries(SHARES)) {
    const ratios = said.map((one) => ratioAt(one, at)).sort((a, b) => a - b);
    const quantile = (part) => ratios[Math.floor(part * (ratios.length - 1))].toFixed(2);
    const right = (100 * ratios.filter(isRight).length) / ratios.length;
    console.log(
      `${name.padEnd(14)} after ${share.padEnd(10)} ${right.toFixed(0).padStart(3)} % within 1.5; 5, 50, 95 %: ${[0.05, 0.5, 0.95].map(quantile).join('  ')}`,
    );
  }
}
