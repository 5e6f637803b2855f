// oclif in the program: its parts, loaded where they are used, and what of it is taken out.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isGathered } from './packages.mjs';

/**
 * What oclif does before a command runs, and dies of: a user without an entry in the list of users (as in many
 * containers) has no home directory and no shell. And what it only takes time for: colours from a file of the user's,
 * which this program does not offer, Node's child processes to tell WSL from Linux, a stream for standard output
 * (`src/output/streams.ts` sees to that), what `DEBUG` prints. A build fails where oclif no longer says it so.
 */
const PATCHES = {
  'util/os.js': [
    ["(await import('wsl-utils')).isWsl ? 'wsl' : (0, node_os_1.platform)()", '(0, node_os_1.platform)()'],
    ['return (0, node_os_1.homedir)();', "try { return (0, node_os_1.homedir)(); } catch { return '/'; }"],
    [
      '(0, node_os_1.userInfo)().shell?.',
      "(() => { try { return (0, node_os_1.userInfo)().shell; } catch { return 'unknown'; } })()?.",
    ],
  ],
  'logger.js': [
    [
      'const debug = (0, debug_1.default)(namespace);',
      'const debug = process.env.DEBUG ? (0, debug_1.default)(namespace) : () => { };',
    ],
  ],
  // TypeScript for who develops with oclif; NODE_ENV=development in a user's environment asked for it.
  'config/ts-path.js': [
    [
      'const enableAutoTranspile = settings_1.settings.enableAutoTranspile ?? settings_1.settings.tsnodeEnabled;',
      'const enableAutoTranspile = false;',
    ],
  ],
  'command.js': [["process.stdout.on('error', (err) => {", 'void ((err) => {']],
  'config/config.js': [['async loadTheme() {', 'async loadTheme() { return undefined;']],
};

function patched(path, code) {
  const file = Object.keys(PATCHES).find((end) => path.replaceAll('\\', '/').endsWith(`/lib/${end}`));
  for (const [from, to] of PATCHES[file] ?? []) {
    if (!code.includes(from)) throw new Error(`${path}: there is no ${from}`);
    code = code.replace(from, () => to);
  }
  return code;
}

/**
 * Loads each part of a CommonJS package where it is used, not at the top of the file: of @oclif/core, most of
 * whose parts no run of a command needs. (TypeScript's output has one form: `const x_1 = require("y");`.)
 */
export const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => {
      let code = patched(path, await readFile(path, 'utf8'));
      const imports = [];
      code = code.replace(
        /^const (\w+_\d+) = (__importDefault\()?require\("([^"]+)"\)\)?;$/gm,
        (_, name, isDefault, from) => {
          imports.push([name, isDefault ? `(__importDefault(require("${from}")))` : `(require("${from}"))`]);
          return '';
        },
      );
      for (const [name, expression] of imports)
        code = code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), () => expression);
      return { contents: code, loader: 'js' };
    });
  },
};

/** What the program imports of oclif, by their names in the package: all of `dist/oclif.cjs`. */
export const OCLIF = ['args', 'command', 'flags', 'run'];

/** A quarter of the program that no run of `lk doctor` needs: an import of oclif is one of a part of that file. */
export const oclifApart = {
  name: 'oclif-apart',
  setup(build) {
    build.onResolve({ filter: /^@oclif\/core\/\w+$/ }, ({ path, namespace }) =>
      isGathered(namespace) ? null : { path: basename(path), namespace: 'oclif' },
    );
    build.onLoad({ filter: /.*/, namespace: 'oclif' }, ({ path }) => {
      if (!OCLIF.includes(path)) throw new Error(`@oclif/core/${path} is not in dist/oclif.cjs`);
      return { contents: `module.exports = require('./oclif.cjs').${path};` };
    });
    build.onResolve({ filter: /^\.\/oclif\.cjs$/, namespace: 'oclif' }, ({ path }) => ({ path, external: true }));
  },
};
