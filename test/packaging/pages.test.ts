import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SETTINGS_FILES } from '../../src/project/spoken-of.ts';
import { lk, PROJECT } from '../cli.ts';

const output = mkdtempSync(path.join(os.tmpdir(), 'lk-pages-'));
afterAll(() => rmSync(output, { recursive: true }));

/** Makes a product as npm run dist does. */
function make(module: string, name: string): void {
  const context = JSON.stringify({ root: PROJECT, output, name: 'lenskit-doctor', version: '1.2.3' });
  const code = `const made = await import(${JSON.stringify(path.join(PROJECT, module))});
    await made.${name}({ ...${context}, date: new Date('2023-11-14T22:13:20Z') });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const manifest = JSON.parse(readFileSync(path.join(PROJECT, 'oclif.manifest.json'), 'utf8')) as {
  commands: { [id: string]: { flags: { [name: string]: object } } };
};

const { topics } = (
  JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as {
    oclif: { topics: { [name: string]: object } };
  }
).oclif;

make('packaging/man/product.mjs', 'makeManPages');
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

  /** The synopsis of a page as it is read. */
  function synopsis(name: string): string[] {
    const page = pages.find((one) => one.name === name)?.text ?? '';
    const lines = /^\.Sh SYNOPSIS\n([\s\S]*?)\n\.Sh /m.exec(page)?.[1]?.split('\n') ?? [];
    const words = (line: string) =>
      line
        .replace(/^\.(?:Nm |Op )?/, '')
        .replaceAll(/(?:^| )(?:Ar |Fl )/g, (macro) => (macro.includes('Fl') ? ' -' : ' '));
    const forms: string[] = [];
    for (const line of lines) {
      const text = words(line).replaceAll('\\-', '-').trim();
      if (line.startsWith('.Nm')) forms.push(text);
      else forms.push(`${forms.pop()} ${line.startsWith('.Op') ? `[${text}]` : text}`);
    }
    return forms;
  }

  test.each([
    ['lk-doctor.1', ['lk doctor [flags]']],
    ['lk-explain.1', ['lk explain [flags] [name]']],
    ['lk-check-script.1', ['lk check script [flags] path ...']],
    ['lk-bench-batch.1', ['lk bench batch [flags] [-- command argument ...]']],
    ['lk-run.1', ['lk run [flags] -- command [argument ...]']],
    [
      'lk-watch.1',
      ['lk watch pid [flags]', 'lk watch [flags] -- command [argument ...]', 'lk watch --from file [flags]'],
    ],
  ])('%s has the forms that the command takes', (name, forms) => {
    expect(synopsis(name)).toEqual(forms);
  });

  test('lk.1 names the groups of commands and the files that are read', () => {
    const page = pages.find(({ name }) => name === 'lk.1')?.text ?? '';
    for (const topic of Object.keys(topics)) expect(page).toContain(`\n.Cm ${topic}\n`);
    for (const file of [...SETTINGS_FILES, 'lenskit.toml'])
      expect(page).toMatch(new RegExp(`^\\.It Pa .*${file.replaceAll('.', '\\.').replaceAll('-', '\\\\?-')}`, 'm'));
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
