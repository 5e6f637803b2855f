import { describe, expect, test } from '@jest/globals';
import { tokensIn } from '../../src/privacy/tokens.ts';

/** What the text is cut into: tokens, and what stands between them. */
function parts(text: string): string[] {
  const cut: string[] = [];
  let done = 0;
  for (const { from, to } of tokensIn(text).sort((a, b) => a.from - b.from)) {
    if (from < done) continue; // within the one before
    cut.push(text.slice(done, from), `«${text.slice(from, to)}»`);
    done = to;
  }
  return [...cut, text.slice(done)].filter((part) => part !== '');
}

/** So many characters of an alphabet, none of them twice in a row. */
const of = (alphabet: string, length: number): string =>
  Array.from({ length }, (_, index) => alphabet[(index * 7 + (index % 3)) % alphabet.length]).join('');
const HEX = '0123456789abcdef';
const SMALL = 'abcdefghijklmnopqrstuvwxyz';
const LETTERS = `${SMALL}${SMALL.toUpperCase()}`;
const BASE62 = `0123456789${LETTERS}`;
const BASE64URL = `${BASE62}-_`;
/** RFC 4648. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** As the services document them, and secret scanners look for them: the length in characters, and the alphabet. */
const TOKENS: { [what: string]: string } = {
  ...Object.fromEntries(['p', 'o', 'u', 's', 'r'].map((kind) => [`GitHub gh${kind}`, `gh${kind}_${of(BASE62, 36)}`])),
  'GitHub, fine-grained': `github_pat_${of(BASE62, 22)}_${of(BASE62, 59)}`,
  'GitLab, personal': `glpat-${of(BASE64URL, 20)}`,
  'GitLab, routable': `glpat-${of(BASE64URL, 27)}.01.${of(`0123456789${SMALL}`, 9)}`,
  'GitLab, routable of two parts': `glpat-${of(BASE64URL, 27)}.0${of(`1${SMALL}`, 8)}`,
  ...Object.fromEntries(
    ['dt', 'rt', 'ptt', 'cbt', 'ft', 'imt', 'agent', 'oas', 'soat', 'ffct'].map((kind) => [
      `GitLab gl${kind}`,
      `gl${kind}-${of(BASE64URL, 20)}`,
    ]),
  ),
  'Hugging Face': `hf_${of(LETTERS, 34)}`,
  'Hugging Face, of an organization': `api_org_${of(LETTERS, 34)}`,
  OpenAI: `sk-${of(BASE62, 20)}T3BlbkFJ${of(BASE62, 20)}`,
  'OpenAI, of a project': `sk-proj-${of(BASE64URL, 156)}`,
  Anthropic: `sk-ant-api03-${of(BASE64URL, 93)}AA`,
  Stripe: `sk_live_${of(BASE62, 24)}`,
  'Stripe, restricted': `rk_test_${of(BASE62, 99)}`,
  'Stripe, public': `pk_test_${of(BASE62, 24)}`,
  ...Object.fromEntries(
    [...'abcdeoprs'].map((kind) => [`Slack xox${kind}`, `xox${kind}-${of('123456789', 12)}-${of(BASE62, 24)}`]),
  ),
  'Slack, of an app': `xapp-1-A${of(BASE32, 10)}-${of('123456789', 13)}-${of(HEX, 64)}`,
  'AWS, long-lived': `AKIA${of(BASE32, 16)}`,
  'AWS, temporary': `ASIA${of(BASE32, 16)}`,
  'Google, API key': `AIza${of(BASE64URL, 35)}`,
  'Google, OAuth': `ya29.${of(BASE64URL, 200)}`,
  // “Access tokens: 2048 bytes”.
  'Google, OAuth, the longest': `ya29.${of(BASE64URL, 2043)}`,
  'Google, client secret': `GOCSPX-${of(BASE64URL, 28)}`,
  // RFC 7519; section 6.1 has one without a signature.
  JWT: `${json({ alg: 'HS256', typ: 'JWT' })}.${json({ iss: 'joe', exp: 1300819380 })}.${of(BASE64URL, 43)}`,
  'JWT, signed with RSA': `${json({ alg: 'RS256' })}.${json({ sub: of(BASE62, 900) })}.${of(BASE64URL, 342)}`,
  'JWT, unsecured': `${json({ alg: 'none' })}.${json({ iss: 'joe', exp: 1300819380 })}.`,
  npm: `npm_${of(BASE62, 36)}`,
  // A macaroon: a version, then the index's name.
  PyPI: `pypi-AgEIcHlwaS5vcmc${of(BASE64URL, 159)}`,
  'PyPI, for a project': `pypi-AgEIcHlwaS5vcmc${of(BASE64URL, 400)}`,
  TestPyPI: `pypi-AgENdGVzdC5weXBpLm9yZw${of(BASE64URL, 150)}`,
  Docker: `dckr_pat_${of(BASE64URL, 27)}`,
  'Docker, of an organization': `dckr_oat_${of(BASE64URL, 32)}`,
  SendGrid: `SG.${of(BASE64URL, 22)}.${of(BASE64URL, 43)}`,
  ...Object.fromEntries(['p', 'o', 'r'].map((kind) => [`DigitalOcean do${kind}`, `do${kind}_v1_${of(HEX, 64)}`])),
  Databricks: `dapi${of(HEX, 32)}`,
  'Databricks, renewed': `dapi${of(HEX, 32)}-2`,
  Vault: `hvs.${of(BASE64URL, 95)}`,
};

describe('tokens of well-known services', () => {
  test.each(Object.entries(TOKENS))('%s: all of it, and nothing around it', (_, token) => {
    for (const [before, after] of [
      ['', ''],
      ['/data/', '/env/bin/python3'],
      ['(', ')'],
      ['"', '", 1'],
      ['x=', ' y'],
      ['https://h/?q=', '&n=1'],
      ['_', '!'],
      ['ü', 'ü'],
    ] as const) {
      expect(parts(`${before}${token}${after}`)).toEqual([before, `«${token}»`, after].filter((part) => part !== ''));
    }
    expect(parts(`${token} ${token},${token}`)).toEqual([`«${token}»`, ' ', `«${token}»`, ',', `«${token}»`]);
  });

  test.each([
    // words, of which a token's beginning is the end
    `desk-${'abcdefgh-'.repeat(3)}1`,
    `task_${'abcdefgh_'.repeat(3)}1`,
    'half_0123456789abcdef',
    // too short
    'ghp_0123456789abcde',
    'hf_datasets',
    'sk-0123456789abcde',
    'xoxb-123456789',
    'AKIA0123456789ABCDE',
    'npm_config_cache_of_the_project',
    'npm_0123456789abcdefghi',
    'dop_v1_0123456789abcdef',
    'eyJhbGci.eyJzdWIiOiIx',
    'SG.x',
    // names that people give
    '/envs/sk-learn-contrib-examples/bin',
    'pk_users_items_interactions',
    'pypi-attestations-of-a-long-name',
    'xapp-symbolic-icons-and-more',
    'glib-networking-and-more-words',
    'glft-lorem',
    'dapi-client-of-the-data-warehouse',
    'AKIARA-analysis-of-behaviour',
    'ya29.txt',
    'github_patterns_of_the_repository',
    '/home/u/.cache/huggingface/hub/models--bert-base-uncased/snapshots/main',
    'lenskit-2025.8.1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  ])('%s is none', (text) => expect(parts(text)).toEqual([text]));
});

describe('long words that are mixed at random', () => {
  test.each([
    ['base64 of random bytes', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ', true],
    ['a number in hexadecimal', of(HEX, 64), false],
    ['a number in hexadecimal, in capitals', of(HEX, 64).toUpperCase(), false],
    ['digits', of('0123456789', 40), false],
    ['a name in camels', 'ImplicitMatrixFactorizationScorer2025ForMovies', false],
    ['letters alone, of both kinds', 'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJ', false],
    ['31 characters', 'aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2u', false],
    ['32 characters', 'aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV', true],
  ])('%s', (_, word, hidden) => {
    expect(parts(`/x/${word}.csv`)).toEqual(hidden ? ['/x/', `«${word}»`, '.csv'] : [`/x/${word}.csv`]);
  });

  test('one that is longer than any token is hidden piece by piece', () => {
    const word = 'aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV'.repeat(20);
    expect(parts(word).every((part) => part.startsWith('«'))).toBe(true);
  });
});
