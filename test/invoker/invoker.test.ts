import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const LIBRARY = pathToFileURL(path.join(PROJECT, 'dist/index.js')).href;

/** A program that uses the built library, beside the modules that it names; what it gives to `say` comes back. */
async function program(
  body: string,
  modules: { [file: string]: string } = {},
): Promise<{ said: unknown; status: number | null; stderr: string }> {
  return withTree({ '/x': '' }, (root) => {
    for (const [file, text] of Object.entries(modules))
      writeFileSync(path.join(root, file), text.replaceAll('LIBRARY', LIBRARY));
    const code = `import * as lk from '${LIBRARY}';
      const { invoker } = lk;
      const say = (value) => console.log(JSON.stringify(value));
      const all = async (results) => { const list = []; for await (const result of results) list.push(result); return list; };
      const message = async (run) => { try { await run(); return null; } catch (error) { return [error.name, error.message, error.code ?? null]; } };
      ${body}`;
    writeFileSync(path.join(root, 'main.mjs'), code);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['main.mjs'], {
      cwd: root,
      encoding: 'utf8',
      timeout: 30_000,
      env: { PATH: process.env.PATH },
    });
    return { said: stdout === '' ? null : JSON.parse(stdout), status, stderr };
  });
}

const DOUBLE = { 'double.mjs': 'export default (model, argument) => model.factor * argument;' };
const url = (file: string) => `new URL('./${file}', import.meta.url)`;

describe.each([1, 3])('with %d jobs', (jobs) => {
  test('results come in the order of the arguments, of sync and async iterables', async () => {
    const { said, stderr } = await program(
      `const inv = await invoker({ factor: 2 }, ${url('slow.mjs')}, { jobs: ${jobs} });
       async function* later() { for (let i = 5; i > 0; i--) yield i; }
       say([await all(inv.map([5, 1, 4, 2])), await all(inv.map(later())), await all(inv.map([])), inv.jobs]);
       await inv.close();`,
      {
        'slow.mjs':
          'export default async (model, n) => { await new Promise((r) => setTimeout(r, n * 10)); return model.factor * n; };',
      },
    );
    expect({ said, stderr }).toEqual({ said: [[10, 2, 8, 4], [10, 8, 6, 4, 2], [], jobs], stderr: '' });
  });

  test('an endless iterable is pulled as it is needed, and ended on break', async () => {
    const { said } = (await program(
      `let pulled = 0, returned = false;
       function* endless() { try { for (;;) { pulled++; yield pulled; } } finally { returned = true; } }
       const inv = await invoker({ factor: 1 }, ${url('double.mjs')}, { jobs: ${jobs} });
       const seen = [];
       for await (const result of inv.map(endless())) { seen.push(result); if (seen.length === 10) break; }
       say([seen, pulled, returned]);
       await inv.close();`,
      DOUBLE,
    )) as { said: [number[], number, boolean] };
    expect(said[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(said[1]).toBeLessThanOrEqual(10 + jobs * 4);
    expect(said[2]).toBe(true);
  });

  test('an operation that throws does so at its place, with the original error', async () => {
    const { said } = await program(
      `const inv = await invoker({}, ${url('picky.mjs')}, { jobs: ${jobs} });
       const seen = [];
       let caught;
       try { for await (const result of inv.map([1, 2, 0, 3])) seen.push(result); } catch (error) { caught = error; }
       say([seen, caught.name, caught.message, caught.code, caught.stack.includes('picky.mjs'), caught.cause.message, caught instanceof Error,
            await all(inv.map([7]))]);
       await inv.close();`,
      {
        'picky.mjs': `class PickyError extends Error { name = 'PickyError'; code = 42; }
          export default (_, n) => { if (n === 0) throw new PickyError('no zero', { cause: new TypeError('why') }); return n; };`,
      },
    );
    expect(said).toEqual([[1, 2], 'PickyError', 'no zero', 42, true, 'why', true, [7]]);
  });

  test('leaving the block ends everything: the program ends by itself', async () => {
    const { said, status } = await program(
      `{
         const inv = await invoker({ factor: 3 }, ${url('double.mjs')}, { jobs: ${jobs} });
         try { for await (const result of inv.map([1, 2, 3])) { say(result); break; } } finally { await inv[Symbol.asyncDispose](); }
       }`,
      DOUBLE,
    );
    expect([said, status]).toEqual([3, 0]);
  });
});

describe('the model', () => {
  test('its buffers are shared memory in every worker, wherever they are, and views of one buffer stay that', async () => {
    const { said } = await program(
      `const buffer = new ArrayBuffer(64);
       const model = { deep: [{ floats: new Float64Array(buffer, 8, 4) }], map: new Map([['x', new Uint8Array(buffer)]]),
                       set: new Set([1]), big: new BigInt64Array([5n]), view: new DataView(buffer, 16), bytes: Buffer.from('abc'), when: new Date(0) };
       model.self = model;
       model.deep[0].floats[0] = 1.5;
       const inv = await invoker(model, ${url('look.mjs')}, { jobs: 2 });
       const seen = await all(inv.map(['write', 'look', 'look']));
       say(seen);
       await inv.close();`,
      {
        'look.mjs': `export default async (model, what) => {
          const flags = new Int32Array(model.map.get('x').buffer, 60, 1);
          if (what === 'write') { model.deep[0].floats[1] = 9; Atomics.store(flags, 0, 1); }
          for (let tries = 0; Atomics.load(flags, 0) === 0 && tries < 500; tries++) await new Promise((r) => setTimeout(r, 10));
          return [model.deep[0].floats.buffer instanceof SharedArrayBuffer, model.deep[0].floats[0], model.deep[0].floats[1],
            model.view.getFloat64(0, true), model.self === model, String(model.big[0]), [...model.bytes], model.set.has(1), model.when.getTime()];
        };`,
      },
    );
    const look = [true, 1.5, 9, 9, true, '5', [97, 98, 99], true, 0];
    expect(said).toEqual([look, look, look]);
  });

  test('what cannot be shared is refused with its place', async () => {
    const { said } = await program(
      `class Model {}
       say(await Promise.all([{ a: [new Model()] }, { f: new Map([['k', () => 1]]) }].map((model) =>
         message(() => invoker(model, ${url('double.mjs')}, { jobs: 2 })))));`,
      DOUBLE,
    );
    expect(said).toEqual([
      ['ModelError', 'model.a[0]: an instance of Model cannot be shared; pass plain data', null],
      ['ModelError', 'model.f.get(k): a function cannot be shared; pass plain data', null],
    ]);
  });
});

describe('several loops over one invoker', () => {
  test('one that is left costs the other nothing', async () => {
    const { said } = await program(
      `const inv = await invoker({ factor: 2 }, ${url('slow.mjs')}, { jobs: 2 });
       const numbers = Array.from({ length: 30 }, (_, n) => n);
       const leave = async () => { for await (const result of inv.map(numbers)) if (result === 8) break; };
       const [whole] = await Promise.all([all(inv.map(numbers)), leave(), leave()]);
       say([whole, await all(inv.map([1, 2]))]);
       await inv.close();`,
      {
        'slow.mjs':
          'export default async (model, n) => { if (n % 3 === 0) await new Promise((r) => setTimeout(r, 5)); return model.factor * n; };',
      },
    );
    expect(said).toEqual([Array.from({ length: 30 }, (_, n) => 2 * n), [2, 4]]);
  });

  test('a worker does one task at a time, and all workers have one', async () => {
    const { said } = await program(
      `const inv = await invoker({ counts: new Int32Array(2) }, ${url('meet.mjs')}, { jobs: 2 });
       say(await all(inv.map(Array.from({ length: 12 }, (_, n) => n))));
       await inv.close();`,
      {
        // Each waits until the other worker is at work, too; counts[1] is the most that one worker does at once.
        'meet.mjs': `let own = 0;
          export default async ({ counts }) => {
            own++;
            if (own > 1) Atomics.store(counts, 1, own);
            Atomics.add(counts, 0, 1);
            for (let tries = 0; Atomics.load(counts, 0) < 2 && tries < 1000; tries++) await new Promise((r) => setTimeout(r, 1));
            own--;
            return [Atomics.load(counts, 0) >= 2, Atomics.load(counts, 1)];
          };`,
      },
    );
    expect(said).toEqual(Array.from({ length: 12 }, () => [true, 0]));
  });

  test('an argument that cannot be handed over is an error at its place, and the others go on', async () => {
    const { said } = await program(
      `const inv = await invoker({ factor: 2 }, ${url('double.mjs')}, { jobs: 2 });
       const caught = await message(() => all(inv.map([1, () => 1, 2])));
       say([caught[0], await all(inv.map([4]))]);
       await inv.close();`,
      DOUBLE,
    );
    expect(said).toEqual(['DataCloneError', [8]]);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['exits', 'process.exit(3)'],
    ['runs out of memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(n));'],
  ])('a worker that %s is an error, and no hang', async (_, code) => {
    const { said, status } = await program(
      `const inv = await invoker({}, ${url('die.mjs')}, { jobs: 2 });
       const caught = await message(() => all(inv.map([1, 2, 0, 3, 4, 5])));
       await inv.close();
       say(caught);`,
      { 'die.mjs': `export default (_, n) => { if (n === 0) { ${code} } return n; };` },
    );
    expect(said).toEqual([
      'InvokerError',
      expect.stringMatching(/^a worker ended at argument \d or beside it: /),
      null,
    ]);
    expect(status).toBe(0);
  });

  test('a module without an operation, one that fails to load, jobs that are no number, a closed invoker', async () => {
    const { said } = await program(
      `const closed = await invoker({ factor: 1 }, ${url('double.mjs')}, { jobs: 2 });
       await closed.close(); await closed.close();
       const two = (file) => message(async () => { const inv = await invoker({}, new URL(file, import.meta.url), { jobs: 2 }); try { await all(inv.map([1])); } finally { await inv.close(); } });
       say([await two('./empty.mjs'), await two('./broken.mjs'), await message(() => invoker({}, ${url('double.mjs')}, { jobs: 0 })),
            await message(() => all(closed.map([1])))]);`,
      { ...DOUBLE, 'empty.mjs': 'export const x = 1;', 'broken.mjs': "throw new RangeError('at load');" },
    );
    expect(said).toEqual([
      ['InvokerError', expect.stringContaining('empty.mjs: no default export that is a function'), null],
      ['RangeError', 'at load', null],
      ['RangeError', 'jobs: 0 is no number of workers; write 1 or more', null],
      ['InvokerError', 'the invoker is closed', null],
    ]);
  });
});

test('jobs are the configured processes, and a worker has the configuration of a worker', async () => {
  const { said } = await program(
    `lk.initialize({ processes: 3, threads: '4,2', backendThreads: '2,1', cpus: 8, env: {} });
     const inv = await invoker({}, ${url('config.mjs')});
     const [inside] = await all(inv.map([1]));
     say([inv.jobs, inside, lk.getParallelConfig().threads]);
     await inv.close();`,
    { 'config.mjs': "import { getParallelConfig } from 'LIBRARY';\nexport default () => getParallelConfig();" },
  );
  expect(said).toEqual([3, { processes: 1, threads: 2, backendThreads: 1, totalThreads: 2 }, 4]);
});
