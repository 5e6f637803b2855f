import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';

test('every page of docs/ is in one section of the site, as its build wants it', () => {
  const hooks = readFileSync(path.join(PROJECT, 'packaging/site/hooks.py'), 'utf8');
  const sections = /^SECTIONS = \[\n([\s\S]*?)^\]/m.exec(hooks)?.[1] ?? '';
  const named = [...sections.matchAll(/"([^"]+\.md)"/g)].map(([, name]) => name as string);
  const pages = readdirSync(path.join(PROJECT, 'docs')).filter((name) => name.endsWith('.md'));
  expect(named.sort()).toEqual(pages.sort());
});
