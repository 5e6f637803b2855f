import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { claim } from '../../src/files/lock.ts';
import { withTree } from '../file-tree.ts';
import { bundled } from './writer.ts';

jest.setTimeout(60_000);

let built: ReturnType<typeof bundled>;
beforeAll(() => {
  built = bundled('lock.ts');
});
afterAll(() => built.remove());

/** A process that claims the file and holds it until it is killed; `refused` is what it was told. */
async function holder(file: string): Promise<{ pid: number; refused: string | null; end: () => Promise<void> }> {
  const program = `
    const { claim } = require(${JSON.stringify(built.file)});
    try { claim(${JSON.stringify(file)}, 'runs'); console.log('held'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.message); }`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(String(data))),
  );
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    // Whoever watches over the claim removes it.
    const folder = path.dirname(file);
    for (let n = 0; n < 300 && claims(folder).some((name) => read(folder, name).pid === child.pid); n++)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { pid: child.pid ?? 0, refused: said.startsWith('held') ? null : said, end };
}

const read = (root: string, name: string): { pid?: number } => {
  try {
    return JSON.parse(readFileSync(path.join(root, name), 'utf8')) as { pid?: number };
  } catch {
    return {};
  }
};

const claims = (root: string): string[] => readdirSync(root).filter((name) => name.startsWith('.lk-claim-'));

test('one at a time; the holder is named; it dies with its holder', () =>
  withTree({}, async (root) => {
    const file = path.join(root, 'runs');
    const first = await holder(file);
    expect(first.refused).toBeNull();
    expect(() => claim(file, 'runs')).toThrow(
      new RegExp(`^runs: written by another run, lk on .+, PID ${first.pid}, since 20`),
    );
    claim(path.join(root, 'others'), 'others')();
    await first.end();
    claim(file, 'runs')();
    expect(readdirSync(root)).toEqual([]);
  }));

test('of many that begin at once one has it at the most', () =>
  withTree({}, async (root) => {
    const all = await Promise.all(Array.from({ length: 6 }, () => holder(path.join(root, 'runs'))));
    expect(all.filter(({ refused }) => refused === null).length).toBeLessThanOrEqual(1);
    for (const { refused } of all) if (refused !== null) expect(refused).toContain('written by another run');
    await Promise.all(all.map(({ end }) => end()));
  }));

test('a claim whose process is gone, or whose number another has now, does not count and goes', () =>
  withTree({}, async (root) => {
    const file = path.join(root, 'runs');
    const held = await holder(file);
    const [name = ''] = claims(root);
    const text = readFileSync(path.join(root, name), 'utf8');
    await held.end();
    writeFileSync(path.join(root, name), text);
    claim(file, 'runs')();
    expect(claims(root)).toEqual([]);
    if (process.platform !== 'linux') return;
    writeFileSync(path.join(root, name), JSON.stringify({ ...JSON.parse(text), pid: process.pid, began: '1' }));
    claim(file, 'runs')();
    expect(claims(root)).toEqual([]);
  }));

test('a claim from another machine is named, with its file, and stays', () =>
  withTree({}, async (root) => {
    const file = path.join(root, 'runs');
    const held = await holder(file);
    const [name = ''] = claims(root);
    const text = readFileSync(path.join(root, name), 'utf8');
    await held.end();
    const other = {
      ...JSON.parse(text),
      host: 'node17',
      machine: 'node17 linux',
      pid: 4242,
      since: '2026-01-02T03:04:05Z',
    };
    writeFileSync(path.join(root, name), JSON.stringify(other));
    expect(() => claim(file, 'runs')).toThrow(
      `runs: written by another run, lk on node17, PID 4242, since 2026-01-02T03:04:05Z; where that has ended, remove ${path.join(root, name)}`,
    );
    writeFileSync(path.join(root, name), 'x');
    expect(() => claim(file, 'runs')).toThrow('claims it for somebody unknown');
    expect(claims(root)).toEqual([name]);
  }));
