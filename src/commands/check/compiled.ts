import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Compiles what it is given, and runs nothing of it. */
const PROGRAM = `
import sys
sys.dont_write_bytecode = True
try:
    compile(sys.stdin.buffer.read(), "script", "exec", dont_inherit=True)
except (SyntaxError, ValueError, LookupError, MemoryError, RecursionError) as error:
    line = getattr(error, "lineno", None)
    print((f"line {line}: " if line else "") + str(getattr(error, "msg", error)))
`;

const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 64 * 1024;

/** Why a Python that the user named does not compile a script; null: it does. */
export function refusedBy(interpreter: string, script: Buffer): string | null {
  const { error, status, stdout } = spawnSync(path.resolve(interpreter), ['-I', '-S', '-W', 'ignore', '-c', PROGRAM], {
    input: script,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_OUTPUT,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const said = stdout?.toString('utf8').trim().split('\n', 1)[0];
  if (error) return `${interpreter} could not be asked: ${(error as NodeJS.ErrnoException).code ?? error.message}`;
  if (status !== 0) return `${interpreter} ended with status ${status} while it compiled the script`;
  return said ? `${interpreter} does not compile what would be written: ${said}` : null;
}
