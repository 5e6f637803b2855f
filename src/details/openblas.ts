import type { Host } from '../host/host.ts';
import { readDynamic } from '../python/elf.ts';
import { nativeLibrary } from '../python/native-libraries.ts';
import type { NativePool } from '../python/pools.ts';
import type { OpenblasDetails } from './details.ts';
import { constantFrom } from './scan.ts';

/** The largest of pip's wheels is 40 MB; conda's are 45 MB. */
const MOST_BYTES = 128 * 1024 * 1024;
/** `openblas_config_str` (`driver/others/openblas_get_config.c`): what follows it is put together at run time. */
const CONFIGURATION = /^OpenBLAS \d[\w.]{0,30}(?: |$)/;
const WORDS = /^(NO_|USE|DYNAMIC|MAX_|SINGLE|OPENMP|SMALL|BUILD_|USE64BITINT)/;

/** What each OpenBLAS of the environment says of itself in its file. */
export function observeOpenblas(host: Host, pools: readonly NativePool[]): OpenblasDetails[] {
  return pools
    .filter(({ family }) => family === 'OpenBLAS')
    .map(({ owner, file, version, threading }) => {
      const said = host.parts(file, (part) => constantFrom(part, 'OpenBLAS ', CONFIGURATION, MOST_BYTES));
      const [, own, ...words] = said?.trim().split(/ +/) ?? [];
      const dynamic = said === null ? null : words.includes('DYNAMIC_ARCH');
      const needed = readDynamic(host, file)?.needed ?? [];
      const inOpenmp = threading === 'openmp' || needed.some((name) => nativeLibrary(name)?.api === 'openmp');
      return {
        owner,
        file,
        version: own ?? version,
        threading: inOpenmp ? 'openmp' : 'pthreads',
        dynamic,
        int64: said === null ? null : words.includes('USE64BITINT'),
        kernel: kernelOf(host, dynamic, words),
      };
    });
}

/** Fixed at build time the processor is the last word; OPENBLAS_CORETYPE chooses one of many. */
function kernelOf(host: Host, dynamic: boolean | null, words: readonly string[]): string | null {
  if (dynamic === null) return null;
  if (dynamic) return host.env.OPENBLAS_CORETYPE || null;
  return words.filter((word) => !WORDS.test(word) && !word.includes('=')).at(-1) ?? null;
}
