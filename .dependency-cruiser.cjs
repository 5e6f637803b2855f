// The house of docs/architecture.md: facts are observed, resolved, diagnosed, reported.
/** What each folder of src/ may import besides itself; type-only imports count. */
const MAY_IMPORT = {
  host: [],
  cpus: ['host'],
  python: ['host'],
  machine: ['host', 'cpus'],
  process: [],
  probe: ['process'],
  config: [],
  checks: ['config', 'cpus', 'python', 'machine', 'probe', 'script'],
  script: ['host'],
  report: ['checks', 'config', 'machine', 'bench', 'script'],
  doctor: ['host', 'cpus', 'python', 'machine', 'probe', 'config', 'checks', 'report', 'script'],
  library: ['host', 'cpus', 'config'],
  invoker: ['library', 'config'],
  bench: ['host', 'cpus', 'config', 'process', 'invoker'],
  commands: [
    'host',
    'cpus',
    'python',
    'machine',
    'probe',
    'config',
    'checks',
    'report',
    'doctor',
    'bench',
    'script',
    'library',
    'invoker',
  ],
};

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'what the program imports is among its dependencies',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    ...Object.entries(MAY_IMPORT).map(([folder, others]) => ({
      name: `${folder}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
    })),
    {
      name: 'only-host-touches-the-disk',
      severity: 'error',
      comment:
        'files that the user names are read and written by the commands; a probe and a benchmark start processes',
      from: { path: '^src/', pathNot: '^src/(host|commands|probe|process|bench|script)/' },
      to: { path: '^(node:)?(fs|fs/promises|child_process)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
