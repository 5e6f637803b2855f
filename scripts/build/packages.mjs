// Packages that are no part of the file that imports them: a file of their own in dist/, or nothing at all.

/** What is large and rarely wanted is a file of its own; an import of such a package is one of its file. */
const RARE = { systeminformation: './systeminformation.cjs', vega: './vega.cjs', 'vega-lite': './vega.cjs' };

/** What such a file hands out. By name: Node gives a CommonJS file's names to `import` where it can read them. */
export const RARE_CONTENTS = {
  systeminformation: "export { cpu } from 'systeminformation';",
  vega: "export { compile } from 'vega-lite'; export { parse, View } from 'vega';",
};

export const rarePackages = {
  name: 'rare-packages',
  setup(build) {
    build.onResolve({ filter: anyOf(Object.keys(RARE)) }, ({ path, namespace }) =>
      isGathered(namespace) ? null : { path: RARE[path], external: true },
    );
  },
};

/**
 * What packages ask for and do without: of oclif TypeScript, of systeminformation what reads sensors of macOS. Nobody
 * installs them beside this one, and what lies in a folder above it is not for it to run: they are never found.
 */
const ABSENT = ['typescript', 'macos-temperature-sensor', 'osx-temperature-sensor'];

export const absentPackages = {
  name: 'absent-packages',
  setup(build) {
    build.onResolve({ filter: anyOf(ABSENT) }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw Object.assign(new Error("Cannot find module '${path}'"), { code: 'MODULE_NOT_FOUND' });`,
    }));
  },
};

/**
 * chalk asks Node about the standard streams when it is loaded, for which Node loads terminals, streams and the network. Who
 * paints here is told whether to (`src/output/terminal.ts` knows it), ora too: there is nothing to ask.
 */
export const toldColours = {
  name: 'told-colours',
  setup(build) {
    build.onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'told-colours' }));
    build.onLoad({ filter: /.*/, namespace: 'told-colours' }, () => ({
      contents: 'export default { stdout: { level: 1 }, stderr: { level: 1 } };',
    }));
  },
};

/** Entries that are no file: `gathered:NAME` is the text that stands for that name. */
export function gathering(texts) {
  return {
    name: 'gathering',
    setup(build) {
      build.onResolve({ filter: /^gathered:/ }, ({ path }) => ({ path: path.slice(9), namespace: 'gathered' }));
      build.onLoad({ filter: /.*/, namespace: 'gathered' }, ({ path }) => ({ contents: texts[path], resolveDir: '.' }));
    },
  };
}

/** Whether such an entry imports: it means the package itself. */
export function isGathered(namespace) {
  return namespace === 'gathered';
}

function anyOf(names) {
  return new RegExp(`^(${names.join('|')})$`);
}
