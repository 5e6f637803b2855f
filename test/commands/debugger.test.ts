import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { BIN, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;
const FLAGS = ['--runs', '1', '--warmup', '0', '--engine', 'command', '--lenskit', '2025.8.1'];

onLinux('SIGUSR1 opens no debugger: it ends a measurement as other signals do', () =>
  withTree({}, async (root) => {
    const job = ['sh', '-c', 'touch started; sleep 30'];
    const argv = [BIN, 'bench', 'batch', ...FLAGS, '--', ...job];
    const lk = spawn(START, argv, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    lk.stderr.on('data', (data) => {
      said += data;
    });
    while (!existsSync(path.join(root, 'started'))) await new Promise((resolve) => setTimeout(resolve, 20));
    lk.kill('SIGUSR1');
    const [status] = await once(lk, 'close');
    expect([status, said]).toEqual([138, expect.not.stringMatching(/debugger/i)]);
  }),
);
