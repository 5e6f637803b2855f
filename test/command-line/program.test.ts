import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LAUNCHERS, type Launcher } from '../../src/command-line/launchers.ts';
import { isPythonName } from '../../src/command-line/names.ts';
import { behindLaunchers } from '../../src/command-line/program.ts';

const JOB = ['python3', 'eval.py', '-n', '5', '--', 'env', 'X=1'];

/** Words that a launcher takes before its command, by its row of the table. */
function wordsOf([name, launcher]: readonly [string, Launcher]): fc.Arbitrary<string[]> {
  const ends = new Set(launcher.ends?.split(' '));
  const options = (launcher.valued ?? '').split(/\s+/).filter((option) => option !== '' && !ends.has(option));
  const value = fc.constantFrom('2', 'x=y', '/a/b', 'python', '-', '0,1');
  const valued = fc.constantFrom(...(options.length > 0 ? options : ['-Z'])).chain((option) => {
    const [own = '', count = '1'] = option.split(':');
    const apart = fc
      .array(value, { minLength: Number(count), maxLength: Number(count) })
      .map((values) => [own, ...values]);
    if (count !== '1') return apart;
    const joined = value.map((text) => [own.startsWith('--') ? `${own}=${text}` : `${own}${text}`]);
    // `-np4` is `-n p4`, and `-genv` no letters.
    return own.startsWith('--') || own.length === 2 ? fc.oneof(apart, joined) : apart;
  });
  const flags = fc.constantFrom('--some-flag', '-Z').map((flag) => [flag]);
  const one = options.length === 0 ? flags : fc.oneof(valued, flags);
  const many = fc.array(one, { maxLength: 3 }).map((words) => words.flat());
  const subcommands =
    launcher.subcommand === undefined ? fc.constant([]) : fc.constantFrom(...launcher.subcommand).map((word) => [word]);
  const assigned = launcher.assigns ? fc.array(fc.constantFrom('A=1', 'B=x y', 'C=')) : fc.constant([]);
  return fc
    .tuple(
      many,
      subcommands,
      many,
      fc.boolean(),
      fc.array(fc.constantFrom('60', 'f0'), { minLength: launcher.words ?? 0, maxLength: launcher.words ?? 0 }),
      assigned,
    )
    .map(([before, subcommand, behind, dashes, own, sets]) => {
      const options1 = subcommand.length > 0 ? before : [];
      return [name, ...options1, ...subcommand, ...behind, ...(dashes ? ['--'] : []), ...own, ...sets];
    });
}

const startable = [...LAUNCHERS].filter(([, { away }]) => away === undefined);

describe('the program behind launchers', () => {
  test('whatever launchers stand before it, and whatever their options: it is the program', () => {
    const launchers = fc.array(fc.constantFrom(...startable).chain(wordsOf), { maxLength: 4 });
    fc.assert(
      fc.property(launchers, (words) => {
        const { words: found, away, steps } = behindLaunchers([...words.flat(), ...JOB]);
        expect([found, away]).toEqual([JOB, null]);
        expect(steps.filter(({ does }) => does === 'starts')).toHaveLength(words.length);
      }),
      { numRuns: 3000 },
    );
  });

  test('any words at all: nothing is invented, and it ends', () => {
    const word = fc.oneof(
      fc.constantFrom(...LAUNCHERS.keys(), '--', '-S', '-n', 'run', 'python', '-c', 'X=1'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const { words: found } = behindLaunchers(words);
        // env -S makes words of one.
        if (!words.some((one) => one.includes('S') || one.startsWith('--split')))
          expect(words.slice(words.length - found.length)).toEqual(found);
      }),
    );
  });

  test.each<[string, string]>([
    ['timeout 60 python eval.py', 'python eval.py'],
    ['timeout -k 5 -s INT 60 nice -n 10 python eval.py', 'python eval.py'],
    ['nice -5 python x', 'python x'],
    ['nice python x', 'python x'],
    ['taskset -c 0-3 python x', 'python x'],
    ['taskset 0x3 python x', 'python x'],
    ['numactl -N 0 --membind=0 python x', 'python x'],
    ['nohup time -p python x', 'python x'],
    ['env -u A B=1 python x', 'python x'],
    ['env -i PATH=/bin python x', 'python x'],
    ['/usr/bin/env python x', 'python x'],
    ['srun -n 4 --cpus-per-task=2 -l python x', 'python x'],
    ['mpirun -np 4 --bind-to core -x A=1 python x', 'python x'],
    ['mpiexec.hydra -genv A 1 -ppn 2 python x', 'python x'],
    ['uv run --frozen --extra gpu python x', 'python x'],
    ['uv --directory d run -- python x', 'python x'],
    ['poetry run python x', 'python x'],
    ['conda run --no-capture-output -n ml python x', 'python x'],
    ['conda run -p /env python x', 'python x'],
    ['pipenv run python x', 'python x'],
    ['perf stat -e cycles python x', 'python x'],
    ['systemd-run --user --scope -p CPUQuota=200% python x', 'python x'],
    ['stdbuf -oL python x', 'python x'],
    ['chrt -b 0 ionice -c2 -n7 setsid python x', 'python x'],
    ['xvfb-run -a -s "x" python x', 'python x'],
    ['flock /tmp/lock python x', 'python x'],
    ['taskset -p 12', 'taskset -p 12'],
    ['uv sync python', 'uv sync python'],
    ['timeout 60', 'timeout 60'],
    ['mytool python x', 'mytool python x'],
  ])('%s', (command, program) => expect(behindLaunchers(command.split(' ')).words).toEqual(program.split(' ')));

  test('what it does to the surroundings', () => {
    const { steps } = behindLaunchers([
      'env',
      '-i',
      '-C',
      '/d',
      '-u',
      'B',
      'A=1=2',
      'conda',
      'run',
      '-n',
      'ml',
      'python',
    ]);
    expect(steps).toEqual([
      { does: 'starts', launcher: 'env' },
      { does: 'clears' },
      { does: 'goes to', folder: '/d' },
      { does: 'unsets', name: 'B' },
      { does: 'sets', name: 'A', value: '1=2' },
      { does: 'starts', launcher: 'conda' },
      { does: 'chooses', launcher: 'conda', tool: 'conda', options: new Map([['-n', 'ml']]) },
    ]);
    expect(behindLaunchers(['env', '-S', 'python3 -O "a b"', 'x.py']).words).toEqual(['python3', '-O', 'a b', 'x.py']);
  });

  test.each(['docker run image python x', 'apptainer exec a.sif python x', 'ssh node python x', 'make all'])(
    '%s is not known',
    (line) => expect(behindLaunchers(line.split(' ')).away).not.toBeNull(),
  );

  test('the names of Python', () => {
    const names = [
      'python',
      'python3',
      'python3.11',
      'python3.13t',
      'python3.12d',
      'python3.7m',
      'python3.13td',
      'pypy3',
      '/a/bin/python3',
    ];
    expect(names.filter(isPythonName)).toEqual(names);
    expect(['pythonw.txt', 'python-config', 'ipython', 'python.log', 'x/'].filter(isPythonName)).toEqual([]);
  });
});
