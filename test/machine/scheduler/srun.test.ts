import { describe, expect, test } from '@jest/globals';
import { SrunError, srunWords } from '../../../src/machine/scheduler/srun.ts';

describe('words for srun', () => {
  test.each([
    [[], [[]], false],
    [['-n4'], [['-n4']], true],
    [['-n', '2', '-c', '2'], [['-n', '2', '-c', '2']], true],
    [['--ntasks-per-node=2', '-N', '2'], [['--ntasks-per-node=2', '-N', '2']], true],
    [['--nodes', '4', '--partition', 'short'], [['--nodes', '4', '--partition', 'short']], false],
    [['--part', 'short', '--exact'], [['--part', 'short', '--exact']], false],
    [['-n1', ':', '-n2', '-c2'], [['-n1'], ['-n2', '-c2']], true],
    [['--container-image=x', '--overlap'], [['--container-image=x', '--overlap']], false],
    [['-K1', '-O', '--exclusive'], [['-K1', '-O', '--exclusive']], false],
  ])('%j', (given, parts, sayTasks) => {
    expect(srunWords(given)).toEqual({ parts, sayTasks, ownJob: false });
  });

  test('a job that is named is not that which runs this', () => {
    expect(srunWords(['--jobid=7']).ownJob).toBe(true);
  });

  test.each([
    [['hostname'], 'hostname: no option of srun; what is started on the nodes is lk'],
    [['-n4', 'hostname'], 'hostname: no option of srun'],
    [['--some-plugin', 'x'], 'x: no option of srun'],
    [['-'], '-: no option of srun'],
    [['--'], '--: no option of srun'],
    [['-n'], '-n: no value follows'],
    [['--partition'], '--partition: no value follows'],
    [['--pty'], "--pty: srun's --pty would keep the answers from lk; leave it out"],
    [['-o', 'x'], "-o: srun's --output would"],
    [['--output=x'], "--output=x: srun's --output would"],
    [['--multi'], "--multi: srun's --multi-prog would"],
    [['-l'], "-l: srun's --label would"],
    [['-u'], "-u: srun's --unbuffered would"],
  ])('%j is refused', (given, why) => {
    expect(() => srunWords(given)).toThrow(SrunError);
    expect(() => srunWords(given)).toThrow(why);
  });
});
