import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import { KNOBS } from '../../src/commands/knobs.ts';
import { checkPage } from '../../src/report/addresses.ts';
import { RULES } from '../../src/report/script/rules.ts';
import { PROJECT } from '../cli.ts';

const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...(readdirSync(path.join(PROJECT, 'docs'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** What is shown as code is no link. */
function prose(page: string): string {
  return read(page)
    .replace(/^(`{3,})[\s\S]*?^\1/gm, '')
    .replace(/(`+)(?:(?!\1)[\s\S])*?\1/g, 'code');
}

function links(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

/** The anchors of a page's headings, as GitHub and the site make them. */
function anchors(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/ /g, '-'),
    ),
  );
}

describe('every link leads somewhere', () => {
  test.each(pages)('%s', (page) => {
    for (const link of links(page).filter((one) => !/^[a-z]+:/.test(one))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect([link, existsSync(path.join(PROJECT, target))]).toEqual([link, true]);
      if (anchor === undefined) continue;
      expect([link, statSync(path.join(PROJECT, target)).isFile() && anchors(target).has(anchor)]).toEqual([
        link,
        true,
      ]);
    }
  });

  test('links are found at all', () => {
    expect(pages.flatMap(links).filter((link) => link.includes('#')).length).toBeGreaterThan(2);
    expect(pages.flatMap(links).length).toBeGreaterThan(100);
  });
});

describe('lists of pages', () => {
  test('every check, in the order and words of lk explain', () => {
    const rows = [...read('docs/checks/README.md').matchAll(/^\| \[`(.*)`\]\((.*)\.md\) \| (.*) \|$/gm)];
    expect(rows.map(([, id, file, title]) => [id, file, title])).toEqual(
      CHECKS.map(({ id, title }) => [id, id, title]),
    );
  });

  test('every knob', () => {
    const rows = [...read('docs/knobs/README.md').matchAll(/^\| \[`(.*)`\]\((.*)\.md\) \| .+ \|$/gm)];
    expect(rows.map(([, name, file]) => [name, file])).toEqual(Object.keys(KNOBS).map((name) => [name, name]));
  });
});

describe('addresses that reports name', () => {
  const site = /^site_url: (.*)$/m.exec(read('packaging/site/mkdocs.yml'))?.[1] ?? '';
  test.each([...CHECKS.map(({ id }) => id), ...Object.keys(RULES)])('%s is a page of the site', (id) => {
    const address = checkPage(id);
    expect(address.startsWith(`${site}checks/`)).toBe(true);
    const [page = '', anchor] = address.slice(site.length).split('#');
    const file = `docs/${page.replace(/\/$/, '.md')}`;
    expect(existsSync(path.join(PROJECT, file))).toBe(true);
    if (anchor === undefined) expect(read(file)).toMatch(new RegExp(`^# ${id}$`, 'm'));
    else expect(read(file)).toMatch(new RegExp(`^### ${id}$`, 'm'));
    if (anchor !== undefined) expect([...anchors(file)]).toContain(anchor);
  });
});
