import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { lk, PROJECT } from '../cli.ts';

const output = mkdtempSync(path.join(os.tmpdir(), 'lk-pages-'));
afterAll(() => rmSync(output, { recursive: true }));

/** Makes a product as npm run dist does. */
function make(module: string, name: string, env = {}): void {
  const context = JSON.stringify({ root: PROJECT, output, name: 'lenskit-doctor', version: '1.2.3' });
  const code = `const made = await import(${JSON.stringify(path.join(PROJECT, module))}); await made.${name}(${context});`;
  const args = ['--input-type=module', '-e', code];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const manifest = JSON.parse(readFileSync(path.join(PROJECT, 'oclif.manifest.json'), 'utf8')) as {
  commands: { [id: string]: { flags: { [name: string]: object } } };
};

make('packaging/man/product.mjs', 'makeManPages', { SOURCE_DATE_EPOCH: '1700000000' });
const folder = path.join(output, 'share/man/man1');
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));

describe('manual pages', () => {
  test('one of lk and of each command, with every flag', () => {
    const names = Object.keys(manifest.commands).map((id) => `lk-${id.replaceAll(':', '-')}.1`);
    expect(pages.map(({ name }) => name).sort()).toEqual(['lk.1', ...names].sort());
    for (const [id, { flags }] of Object.entries(manifest.commands)) {
      const page = pages.find(({ name }) => name === `lk-${id.replaceAll(':', '-')}.1`)?.text;
      for (const name of Object.keys(flags))
        expect(page).toMatch(new RegExp(`^\\.It .*Fl -${name.replaceAll('-', '\\\\-')}( |$)`, 'm'));
    }
  });

  test('the date is that of the sources', () => {
    for (const { text } of pages) expect(text).toContain('.Dd November 14, 2023\n');
    for (const { text } of pages) expect(text).toContain('.Os lenskit-doctor 1.2.3\n');
  });

  /** What mandoc says of pages that are installed nowhere yet, and of a page that is no part of a BSD. */
  const EXPECTED =
    /STYLE: (?:referenced manual not found: Xr lk|operating system explicitly specified: Os lenskit-doctor)/;
  const tools = { mandoc: ['-T', 'lint'], man: ['--warnings', '-l'] };
  for (const [tool, args] of Object.entries(tools)) {
    // man is asked whether it is man-db's: others have no --warnings.
    const { stdout: version, error } = spawnSync(tool, ['--version'], { encoding: 'utf8' });
    const isThere = error === undefined && (tool === 'mandoc' || /^man \d/.test(version));
    const title = isThere ? `${tool} has nothing to say against them` : `${tool} is not installed here`;
    (isThere ? test : test.skip)(title, () => {
      for (const { name } of pages) {
        const env = { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat', MANWIDTH: '80' };
        const { stdout, stderr } = spawnSync(tool, [...args, path.join(folder, name)], { encoding: 'utf8', env });
        const said = (tool === 'mandoc' ? stdout + stderr : stderr).split('\n').filter((line) => line !== '');
        expect(said.filter((line) => !EXPECTED.test(line))).toEqual([]);
        if (tool === 'man') expect(stdout).toMatch(/^NAME$[\s\S]*^SEE ALSO$/m);
      }
    });
  }
});

test('completions lie where the shells look for them', () => {
  make('packaging/completions/product.mjs', 'makeCompletions');
  const files = {
    bash: 'bash-completion/completions/lk',
    zsh: 'zsh/site-functions/_lk',
    fish: 'fish/vendor_completions.d/lk.fish',
  };
  for (const [shell, file] of Object.entries(files)) {
    const made = path.join(output, 'share', file);
    expect(existsSync(made)).toBe(true);
    expect(readFileSync(made, 'utf8')).toBe(lk(['completion', shell]).stdout);
  }
});
