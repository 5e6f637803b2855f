import type { ScriptFinding } from '../../script/judge.ts';

/** What a finding is about, for readers who do not know it: code scanning shows it beside the finding. */
interface Rule {
  /** In one line. */
  summary: string;
  /** What it means and what to do, in plain text. */
  help: string;
}

export const RULES: { readonly [id in ScriptFinding['id']]: Rule } = {
  'script/import-unprotected': {
    summary: 'work that starts worker processes runs when a worker imports the script',
    help: `LensKit's worker processes (up to 2025.8) import the script again. What stands outside if __name__ == "__main__" then starts over in each of them, and Python ends it with a RuntimeError about bootstrapping. Put the work into a function that is called under if __name__ == "__main__"; lk check script --fix does so where that keeps the meaning.`,
  },
  'script/repeated-work': {
    summary: 'costly work runs again in every worker process',
    help: `LensKit's worker processes import the script again: what loads data, trains or plots outside if __name__ == "__main__" does so in each of them. Put it into the function that needs it, or under if __name__ == "__main__"; lk check script --fix does so where that keeps the meaning.`,
  },
  'script/guard-ends-workers': {
    summary: 'the script ends its worker processes',
    help: `A script that ends where it is not the main program (sys.exit() as its last line) ends every worker process that imports it, and LensKit fails with BrokenProcessPool. Put what ends it under if __name__ == "__main__".`,
  },
  'script/fails-in-workers': {
    summary: 'something works in the main process and not again in its workers',
    help: `LensKit's worker processes import the script again. What works once (os.mkdir, a file opened with x, a port, input()) fails there the second time, and what only if __name__ == "__main__" binds is not there. Put what works once under if __name__ == "__main__", and what workers need outside of it.`,
  },
  'script/notebook-function': {
    summary: 'workers cannot find what a notebook defines',
    help: `Spawned worker processes get functions and classes by name, and the main module of a notebook has no file to find them in. Move them to a module beside the notebook and import them.`,
  },
  'script/syntax': {
    summary: 'the syntax could not be read',
    help: 'The line is no Python that lk can read; the rest of the file was judged without it.',
  },
  'script/incomplete': {
    summary: 'the script was not followed to its end',
    help: 'What was run there could not be followed (exec, a module by a name that is put together), or there was too much of it. Nothing is said of what comes after it.',
  },
  'script/unused-ignore': {
    summary: 'a comment keeps no finding back',
    help: 'A comment lk: ignore[…] stands where nothing of that name is found, or names what there is not. Take it out.',
  },
};
