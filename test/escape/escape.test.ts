import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csv } from '../../src/escape/csv.ts';
import { withoutCommands, workflowCommand } from '../../src/escape/github.ts';
import { html } from '../../src/escape/html.ts';
import { code, fence, md } from '../../src/escape/markdown.ts';
import { sarifText } from '../../src/escape/sarif.ts';
import { dockerValue, tomlValue, yamlScalar } from '../../src/escape/scalars.ts';
import { inert, isVariableName, shellQuoted } from '../../src/escape/shell.ts';
import { fileUri } from '../../src/escape/uri.ts';
import { visible, visibleLines } from '../../src/escape/visible.ts';
import { parseToml } from '../../src/python-values/toml-document.ts';
import { ACTED_ON, hostile } from './hostile.ts';
import { commandOf } from './workflow-commands.ts';

describe('visible', () => {
  test.each([
    ['a b', 'a b'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\nb\r\t', 'a\\nb\\r\\t'],
    ['\u007f\u009b', '\\x7f\\x9b'],
    ['\u202eabc\u2066', '\\u202eabc\\u2066'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['\ud800', '\\ud800'],
    ['\u{e0041}', '\\u{e0041}'],
    ['naïve 日本 😀', 'naïve 日本 😀'],
  ])('%j', (text, shown) => expect(visible(text)).toBe(shown));

  test('nothing that is acted on is left, and what is left stays as it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(ACTED_ON);
        expect(visible(shown)).toBe(shown);
        expect(visibleLines(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('github', () => {
  test('no line is obeyed that was not meant to be', () => {
    fc.assert(
      fc.property(fc.array(hostile), (lines) => {
        for (const line of withoutCommands(lines.join('\n')).split('\n')) expect(commandOf(line)).toBe(null);
      }),
      { numRuns: 1000 },
    );
  });

  test('ordinary lines stay as they are', () => {
    const text = 'a::b\n  std::vector\n#[x]\n: a\n';
    expect(withoutCommands(text)).toBe(text);
    expect(withoutCommands('  ::error::x\n::x')).toBe('  \\x3a:error::x\n\\x3a:x');
  });

  test('a command is one line, and says what was said', () => {
    const shown = (text: string): string => text.replaceAll('##[', '#\\x23[');
    fc.assert(
      fc.property(hostile, hostile, (file, message) => {
        const { text } = workflowCommand({ level: 'error', properties: { file, line: 3 }, message });
        expect(text).toMatch(/^::error file=[^:,\r\n]*,line=3::[^\r\n]*\n$/);
        const said = text.slice(text.indexOf('::', 2) + 2, -1);
        expect(said.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')).toBe(
          withoutCommands(visibleLines(message)),
        );
        expect(commandOf(text.slice(0, -1))).toEqual({
          name: 'error',
          properties: file === '' ? { line: '3' } : { file: shown(visible(file)), line: '3' },
          data: withoutCommands(visibleLines(message)),
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('markdown', () => {
  test('text is text: no HTML, link, mention, code, table cell or heading comes of it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = md`${text}`.text;
        expect(shown.replace(/&#\d+;/g, '')).not.toMatch(/[<>`*_[\]|#~\\@!]|:\/\/|www\.|[\r\n]/i);
      }),
      { numRuns: 1000 },
    );
  });

  test('a code span ends where it ends', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = code(text).text;
        const ticks = /^`+/.exec(shown)?.[0] ?? '';
        const inner = shown.slice(ticks.length, -ticks.length);
        expect(shown.endsWith(ticks)).toBe(true);
        expect(inner.split(/[^`]+/).some((run) => run.length === ticks.length)).toBe(false);
        expect(inner).not.toMatch(/(?<!\\)\||\n/);
      }),
      { numRuns: 1000 },
    );
  });

  test('a fence ends where it ends', () => {
    fc.assert(
      fc.property(fc.array(hostile), (lines) => {
        const [open = '', ...rest] = fence(lines, 'sh').text.split('\n');
        const ticks = open.slice(0, -2);
        expect(rest.at(-1)).toBe(ticks);
        expect(rest.slice(0, -1)).toHaveLength(lines.length);
        for (const line of rest.slice(0, -1)) expect(line.includes(ticks)).toBe(false);
      }),
    );
  });

  test('a mail address, a mention, an issue, a heading and a list are text', () => {
    expect(md`${'a@b.com'}`.text).toBe('a&#64;&#8203;b.com');
    expect(md`${'#12 GH-3'}`.text).toBe('&#35;&#8203;12 GH-&#8203;3');
    for (const text of ['---', '===', '+ a', '1. a', '23) a', '    a', 'a  ']) {
      const shown = md`${text}`.text;
      expect(shown).not.toMatch(/^[-+=]|^\d+[.)]|^ | {2}$/);
      expect(shown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))).toBe(text);
    }
  });

  test('markup is taken as it is, and text is not', () => {
    expect(md`**${md`${'a*'}`}** ${'b*'} ${3}`.text).toBe('**a&#42;** b&#42; 3');
  });
});

test('html: nothing is a tag or ends an attribute', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = html`<p title="${text}">${text}</p>`.text;
      expect(shown.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
      expect(shown).not.toMatch(ACTED_ON);
    }),
  );
});

test('csv: fields stay what they are, and none is a formula', () => {
  expect(csv([['a', '=1+1', '-5', -5, 'x,"y"', '@x', '+1.5']])).toBe('a,\'=1+1,-5,-5,"x,""y""",\'@x,+1.5\r\n');
  fc.assert(
    fc.property(hostile, (text) => {
      const field = csv([[text, 1]])
        .slice(0, -',1\r\n'.length)
        .replace(/^"/, '');
      expect(field).not.toMatch(/^[=@\t\r]/);
    }),
  );
});

test('csv: what begins a field of another list separator is no formula either', () => {
  expect(csv([['a;=x', '\uff1dx']])).toBe('"a;=x",\'\uff1dx\r\n');
});

test('a message of SARIF holds no link', () => {
  fc.assert(fc.property(hostile, (text) => expect(sarifText(`[a]${text}(b)`)).not.toMatch(/\[[^\]]*\]\(/)));
  expect(sarifText('f[0](x)')).toBe('f[0]\\x28x)');
});

describe('values for files of settings', () => {
  const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');
  const scalarText = hostile.filter((text) => !text.includes('\u0000'));

  test('TOML gives back what was put in', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = `a = ${tomlValue(text)}`;
        const { a } = parseToml(line).content as { a: unknown };
        expect(String(a)).toBe(whole(text));
        expect(line.slice(4)).not.toMatch(ACTED_ON);
      }),
      { numRuns: 1000 },
    );
    expect(['4', '-1', 'true', '04', ''].map(tomlValue)).toEqual(['4', '-1', 'true', '"04"', '""']);
  });

  const yaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;
  (yaml ? test : test.skip)('YAML gives back what was put in (needs PyYAML)', () => {
    const texts = fc.sample(scalarText, { numRuns: 500, seed: 1 });
    const lines = texts.map((text) => `- ${yamlScalar(text)}\n`).join('');
    expect(lines.replaceAll('\n', '')).not.toMatch(ACTED_ON);
    const read = spawnSync('python3', ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'], {
      input: lines,
      encoding: 'utf8',
    });
    expect(read.stderr).toBe('');
    expect(JSON.parse(read.stdout)).toEqual(texts.map(whole));
  });

  test('Docker puts no variable in, and a line stays one', () => {
    expect(dockerValue('4,2')).toBe('4,2');
    expect(dockerValue('a "b" $C \\')).toBe('"a \\"b\\" \\$C \\\\"');
    fc.assert(fc.property(hostile, (text) => expect(dockerValue(text)).not.toMatch(/[\r\n]|(?<!\\)\$/)));
  });
});

test('a file’s URI has the name’s own characters in its path alone', () => {
  expect(fileUri('a b/#c?d%.py')).toBe('a%20b/%23c%3Fd%25.py');
  expect(fileUri('x:y.py')).toBe('x%3Ay.py');
  fc.assert(fc.property(hostile, (name) => expect(fileUri(`dir/${name}`)).toMatch(/^dir\/[A-Za-z0-9\-_.!~*'()%/]*$/)));
});

describe('a line to paste', () => {
  test.each([
    ['abc', 'abc'],
    ['a b', "'a b'"],
    ['/x/y-1.2:3,4', '/x/y-1.2:3,4'],
    ['~/x', "'~/x'"],
    ["it's", "'…'"],
    ['a\\b', "'…'"],
    ['wow!', "'…'"],
    ['a\nb', "'…'"],
    ['$(x)', "'$(x)'"],
    ['=ls', "'=ls'"],
    ['', "''"],
  ])('%j is written %s', (value, written) => expect(shellQuoted(value)).toBe(written));

  test.each(['A', '_a1', 'LK_NUM_THREADS'])('%s is a variable’s name', (name) =>
    expect(isVariableName(name)).toBe(true),
  );
  test.each(['', '1A', 'A-B', 'A=B', 'x; touch P #', 'A\n', 'Ä'])('%j is none', (name) =>
    expect(isVariableName(name)).toBe(false),
  );

  const shells = ['sh', 'bash', 'dash', 'zsh', 'fish'].filter(
    (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0,
  );

  test.each(shells)('does nothing but what it says: %s', (shell) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-paste-'));
    try {
      fc.assert(
        fc.property(fc.array(hostile, { minLength: 20, maxLength: 40 }), (values) => {
          const lines = values.flatMap((value) => [`echo ${shellQuoted(value)}`, inert`correct ${value}, line 3`]);
          spawnSync(shell, ['-c', lines.join('\n')], { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder } });
          expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual([]);
        }),
        { numRuns: 25 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
