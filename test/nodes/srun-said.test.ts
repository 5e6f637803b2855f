import { describe, expect, test } from '@jest/globals';
import { SrunSaid } from '../../src/nodes/srun-said.ts';

function said(text: string): SrunSaid {
  const reader = new SrunSaid();
  for (const letter of text) reader.push(letter);
  reader.end();
  return reader;
}

describe('what srun says', () => {
  test('of tasks that ended, with their own last line', () => {
    const { why } = { why: (node: string) => reader.why(node) };
    const reader = said(`srun: error: n2: task 1: Exited with exit code 2
0: something else
 1: slurmstepd: error: execve(): /opt/lk/node: No such file or directory
srun: error: n[3-4]: tasks 2-3: Killed
3: first
3: Error: out of luck
srun: error: n5: task 5: Exited with exit code 1
5: Error: Cannot find module '/opt/lk/bin/lk.cjs'
5:   at nowhere`);
    expect(why('n2')).toBe('/opt/lk/node is not there; lk and its Node have to lie in a folder that every node sees');
    expect(why('n3')).toBe('its task ended: killed');
    expect(why('n5')).toBe(
      '/opt/lk/bin/lk.cjs is not there; lk and its Node have to lie in a folder that every node sees',
    );
    expect(why('n1')).toBeNull();
    expect(reader.named()).toEqual(['n2', 'n3', 'n4', 'n5']);
    expect(reader.general).toEqual([]);
  });

  test('of nodes', () => {
    const reader = said(`srun: error: Node failure on n2
srun: error: Task launch for StepId=5.0 failed on node n3: Communication connection failure
`);
    expect(reader.why('n2')).toBe('the node failed');
    expect(reader.why('n3')).toBe('its tasks were not launched: communication connection failure');
  });

  test('of none: the last lines', () => {
    const reader = said(`${Array.from({ length: 20 }, (_, at) => `srun: error: line ${at}`).join('\n')}\n`);
    expect(reader.general.at(-1)).toBe('srun: error: line 19');
    expect(reader.general.length).toBeLessThan(10);
  });

  test('that a job waits, and waits no more', () => {
    const reader = new SrunSaid();
    reader.push('srun: job 5 queued and waiting for resources\n');
    expect(reader.isQueued).toBe(true);
    reader.push('srun: job 5 has been allocated resources\n');
    expect(reader.isQueued).toBe(false);
  });

  test('what is long, much or without an end takes no room', () => {
    const reader = new SrunSaid();
    for (let task = 0; task < 60_000; task++) reader.push(`${task}: ${'x'.repeat(50)}\n`);
    for (let turn = 0; turn < 200; turn++) reader.push('y'.repeat(100_000));
    reader.end();
    expect(JSON.stringify([...reader.general]).length).toBeLessThan(10_000);
  });
});
