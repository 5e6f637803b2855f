import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';

/** The names of what is made where these are named, in order. */
function made(...named: string[]): string[] {
  const code = `
    import { productsFor } from ${JSON.stringify(path.join(PROJECT, 'packaging/products.mjs'))};
    console.log(JSON.stringify(productsFor(process.argv.slice(1)).map(({ name }) => name)));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code, ...named], { encoding: 'utf8', stdio: 'pipe' }),
  );
}

describe('what npm run dist makes', () => {
  test('all, or what is named with what that is made from: none is made of an older tarball', () => {
    expect(made()).toEqual(expect.arrayContaining(['npm', 'python', 'single-file', 'action', 'site']));
    expect(made('python')).toEqual(['npm', 'python']);
    expect(made('action', 'single-file')).toEqual(['npm', 'single-file', 'action']);
    expect(made('man', 'npm')).toEqual(['npm', 'man']);
  });

  test('a name that there is not is refused', () => {
    expect(() => made('wheel')).toThrow(/no product is called wheel; there are notices, npm, /);
  });
});
