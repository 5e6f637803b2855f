import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { asPage } from '../../src/output/presented.ts';

type Kind = 'file' | 'device' | 'terminal' | 'pipe' | 'socket' | 'closed';

/** A standard stream that keeps what is written to it. */
class Stream extends EventEmitter {
  readonly written: string[] = [];
  constructor(readonly isTTY: boolean) {
    super();
  }
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
}

const own = { fstatSync: fs.fstatSync, writeSync: fs.writeSync, closeSync: fs.closeSync, openSync: fs.openSync };
const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
const streams = ['stdout', 'stderr'] as const;
const properties = streams.map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
let exitListeners: readonly unknown[];
let exitCode: typeof process.exitCode;

beforeEach(() => {
  jest.resetModules();
  for (const name of ['printed', 'output-gone'])
    Reflect.deleteProperty(globalThis, Symbol.for(`lenskit-doctor.${name}`));
  exitListeners = process.listeners('exit');
  exitCode = process.exitCode;
});

afterEach(() => {
  Object.assign(fs, own);
  Object.defineProperty(process, 'platform', platform);
  for (const [name, property] of properties) if (property) Object.defineProperty(process, name, property);
  for (const listener of process.listeners('exit'))
    if (!exitListeners.includes(listener)) process.removeListener('exit', listener);
  process.exitCode = exitCode;
});

/** Standard streams of these kinds, and what the files behind them have come to hold. */
function standard(stdout: Kind, stderr: Kind = 'pipe') {
  const kinds: { [fd: number]: Kind } = { 0: 'pipe', 1: stdout, 2: stderr };
  const [out, error] = [new Stream(stdout === 'terminal'), new Stream(stderr === 'terminal')];
  const holds: { [fd: number]: string } = { 1: '', 2: '' };
  const refuses: { [fd: number]: string | null } = { 1: null, 2: null };
  /** How often each was asked for, and how often it throws before. */
  const made = { stdout: 0, stderr: 0 };
  const throws = { stdout: 0, stderr: 0 };
  const set = (name: 'stdout' | 'stderr', value: Stream): unknown =>
    Object.defineProperty(process, name, {
      configurable: true,
      get() {
        made[name]++;
        if (throws[name]-- > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return value;
      },
    });
  set('stdout', out);
  set('stderr', error);
  const released: number[] = [];
  fs.closeSync = ((fd: number) => {
    if (kinds[fd] === undefined) own.closeSync(fd);
    else released.push(fd);
  }) as typeof fs.closeSync;
  fs.openSync = ((...args: Parameters<typeof fs.openSync>) => {
    if (args[0] !== '/dev/null') return own.openSync(...args);
    released.push(args[1] === 'r+' ? -1 : -2);
    return 99;
  }) as typeof fs.openSync;
  fs.fstatSync = ((fd: number) => {
    const kind = kinds[fd];
    if (kind === undefined) return own.fstatSync(fd);
    if (kind === 'closed') throw Object.assign(new Error('closed'), { code: 'EBADF' });
    return {
      isFile: () => kind === 'file',
      isFIFO: () => kind === 'pipe',
      isSocket: () => kind === 'socket',
      isCharacterDevice: () => kind === 'device' || kind === 'terminal',
    };
  }) as unknown as typeof fs.fstatSync;
  // A part at a time, as a disk does that is nearly full.
  fs.writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
    if (kinds[fd] === undefined) return own.writeSync(fd, bytes, offset, length);
    const code = refuses[fd];
    if (code) throw Object.assign(new Error(code), { code });
    const part = Buffer.from(bytes.subarray(offset, offset + Math.min(3, length)));
    holds[fd] += part.toString('latin1');
    return part.length;
  }) as typeof fs.writeSync;
  return { out, error, holds, refuses, made, throws, released, kinds };
}

const modules = async () => ({
  ...(await import('../../src/output/streams.ts')),
  ...(await import('../../src/output/hang-up.ts')),
  ...(await import('../../src/output/terminal.ts')),
  ...(await import('../../src/output/standard-output.ts')),
  ...(await import('../../src/output/standard-error.ts')),
});

/** The exit status that the program ends with. */
function exitStatus(): typeof process.exitCode {
  process.exitCode = undefined;
  for (const listener of process.listeners('exit')) if (!exitListeners.includes(listener)) (listener as () => void)();
  return process.exitCode;
}

const LINE = 'lk: standard output cannot be written: ';

describe.each(['file', 'device'] as const)('a standard output that is a %s', (kind) => {
  test('gets all of it, whoever writes', async () => {
    const { out, holds } = standard(kind);
    const { print } = await modules();
    print(asPage('a text that is longer\n'));
    expect(process.stdout.write(new Uint8Array([0xff, 0x41, 0x42, 0x43]))).toBe(true);
    let done = 0;
    process.stdout.write('end', 'utf8', () => done++);
    expect(done).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(1);
    expect(holds[1]).toBe('a text that is longer\n\u00ffABCend');
    expect(out.written).toEqual([]);
    expect(exitStatus()).toBeUndefined();
  });

  test('and is full: one line, nothing behind the gap, exit status 2', async () => {
    const { error, holds, refuses } = standard(kind);
    const { print } = await modules();
    print(asPage('begin'));
    refuses[1] = 'ENOSPC';
    expect(() => print(asPage('lost'))).not.toThrow();
    refuses[1] = null;
    print(asPage('behind it'));
    expect(holds[1]).toBe('begin');
    expect(error.written).toEqual([`${LINE}no space left\n`]);
    expect(exitStatus()).toBe(2);
  });
});

describe.each(['file', 'pipe', 'socket'] as const)('a standard output that is a %s', (kind) => {
  test('is written past the stream, which is made where somebody asks for it, and guarded then', async () => {
    const { out, holds, made, error } = standard(kind);
    const { print, terminal, viewer } = await modules();
    print(asPage('text\n'));
    expect([holds[1], made, viewer(1), terminal().color]).toEqual(['text\n', { stdout: 0, stderr: 0 }, {}, false]);
    process.stdout.write('more');
    expect([holds[1], out.written]).toEqual(kind === 'file' ? ['text\nmore', []] : ['text\n', ['more']]);
    expect(process.stdout).toBe(out);
    out.emit('error', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    expect(error.written).toEqual([`${LINE}no space left\n`]);
  });

  test('on Windows by the stream', async () => {
    const { out, holds, made } = standard(kind);
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    const { print, viewer, isDevice } = await modules();
    print(asPage('text\n'));
    expect([holds[1], out.written]).toEqual(kind === 'file' ? ['text\n', []] : ['', ['text\n']]);
    expect([made.stdout > 0, viewer(1), isDevice(1)]).toEqual([true, out, false]);
  });

  test('that somebody has put in the place of Node’s is guarded at once', async () => {
    const { out, error } = standard(kind);
    Object.defineProperty(process, 'stdout', { configurable: true, writable: true, value: out });
    const { guardStreams } = await modules();
    guardStreams();
    out.emit('error', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    expect(error.written).toEqual([`${LINE}no space left\n`]);
  });

  test('is guarded once, however often that is asked for', async () => {
    standard(kind);
    const { print, guardStreams } = await modules();
    const before = process.listenerCount('exit');
    for (let times = 0; times < 3; times++) {
      print(asPage('x'));
      guardStreams();
    }
    expect(process.listenerCount('exit')).toBe(before + 1);
  });

  test.each(['EPIPE', 'ECONNRESET'])('a reader that went away (%s): the rest is lost in silence', async (code) => {
    const { holds, refuses, error } = standard(kind);
    const { print, isOutputGone } = await modules();
    print(asPage(''));
    expect(isOutputGone()).toBe(false);
    refuses[1] = code;
    print(asPage('lost'));
    refuses[1] = null;
    expect(isOutputGone()).toBe(true);
    print(asPage('behind it'));
    expect([holds[1], error.written, exitStatus()]).toEqual(['', [], undefined]);
  });
});

describe('a terminal', () => {
  const hangUp = Object.assign(new Error('EIO'), { code: 'EIO' });

  test('is looked at, by its stream', async () => {
    const { out, error } = standard('terminal', 'device');
    const { viewer, isDevice } = await modules();
    expect([viewer(1), viewer(2)]).toEqual([out, error]);
    expect([isDevice(0), isDevice(1), isDevice(2), isDevice(98765)]).toEqual([false, true, true, false]);
  });

  test('that hangs up: no word, another file in its place, the exit status as it was', async () => {
    const { out, error, released } = standard('terminal', 'terminal');
    const { guardStreams, isOutputGone, say } = await modules();
    guardStreams();
    expect(isOutputGone()).toBe(false);
    expect(out.emit('error', hangUp)).toBe(true);
    expect(released).toEqual([1, -1]);
    expect(isOutputGone()).toBe(true);
    say('x');
    error.emit('error', hangUp);
    expect(released).toEqual([1, -1, 2, -1]);
    error.emit('error', Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
    expect([released.length, error.written]).toEqual([4, ['x\n']]);
    expect(exitStatus()).toBeUndefined();
  });

  test('is let go of at the end, and nothing else is', async () => {
    const { released, kinds } = standard('terminal', 'pipe');
    kinds[0] = 'device';
    const { guardStreams } = await modules();
    guardStreams();
    expect(released).toEqual([]);
    exitStatus();
    expect(released).toEqual([0, -1, 1, -1]);
  });

  test('of which no stream can be made: another file in its place first', async () => {
    const { out, released, throws } = standard('terminal', 'terminal');
    Object.assign(throws, { stdout: 1, stderr: 1 });
    const { guardStreams, guardStandardError } = await modules();
    guardStreams();
    guardStandardError();
    expect(released).toEqual([1, -1, 2, -1]);
    expect(process.stdout).toBe(out);
  });

  test('on Windows is nobody’s to let go of', async () => {
    const { released } = standard('terminal', 'terminal');
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    const { guardStreams, isDevice, isHangUp, release } = await modules();
    guardStreams();
    release(1);
    exitStatus();
    expect([isDevice(1), isHangUp(hangUp, 1), released]).toEqual([false, false, []]);
  });

  test('that cannot be let go of stays', async () => {
    standard('terminal', 'terminal');
    const { releaseTerminals } = await modules();
    fs.closeSync = () => {
      throw new Error('no');
    };
    expect(() => releaseTerminals()).not.toThrow();
  });

  test('a disk that fails is none', async () => {
    const { error } = standard('file', 'terminal');
    const { isHangUp } = await modules();
    expect([isHangUp(hangUp, 1), isHangUp(hangUp, 2), isHangUp(new Error('x'), 2)]).toEqual([false, true, false]);
    expect(error.written).toEqual([]);
  });

  test('other events are heard by whoever listens', async () => {
    const { out } = standard('terminal');
    const { guardStreams } = await modules();
    guardStreams();
    const heard: unknown[] = [];
    out.on('drain', (...args) => heard.push(args));
    expect([out.emit('drain', 1, 2), out.emit('close')]).toEqual([true, false]);
    expect(heard).toEqual([[1, 2]]);
  });
});

describe.each(['terminal', 'closed'] as const)('a standard output that is a %s', (kind) => {
  test('keeps its own way of writing', async () => {
    const { out, holds, error } = standard(kind);
    const { print, hasPrinted } = await modules();
    expect(hasPrinted()).toBe(false);
    print(asPage('text\n'));
    expect(hasPrinted()).toBe(true);
    expect(out.written).toEqual(['text\n']);
    expect(holds[1]).toBe('');
    // Making standard error's stream costs time.
    expect(error.listenerCount('error')).toBe(0);
    expect(exitStatus()).toBeUndefined();
  });

  test.each(['EPIPE', 'ERR_STREAM_DESTROYED'])('%s: its reader went away, which is no error', async (code) => {
    const { out, error } = standard(kind);
    const { guardStreams } = await modules();
    guardStreams();
    out.emit('error', Object.assign(new Error(code), { code }));
    expect(error.written).toEqual([]);
    expect(exitStatus()).toBeUndefined();
  });

  test('any other reason is said once, and is exit status 2', async () => {
    const { out, error } = standard(kind);
    const { guardStreams } = await modules();
    guardStreams();
    guardStreams();
    out.on('error', () => {
      throw new Error('nobody else hears of it');
    });
    for (const code of ['ENOSPC', 'ENOSPC', 'EDQUOT']) out.emit('error', Object.assign(new Error(code), { code }));
    expect(error.written).toEqual([`${LINE}no space left\n`]);
    expect(exitStatus()).toBe(2);
  });
});

describe('standard error', () => {
  test('gets a line, whatever is put into it', async () => {
    const { error } = standard('pipe');
    const { say, printAside } = await modules();
    say('a\nb');
    printAside(asPage('c\nd\n'));
    expect(error.written).toEqual(['a\\nb\n', 'c\nd\n']);
    expect(() => error.emit('error', new Error('no'))).not.toThrow();
    expect(exitStatus()).toBeUndefined();
  });

  test.each(['file', 'device'] as const)('that is a %s gets all of it, or costs nothing else', async (kind) => {
    const { error, holds, refuses } = standard('pipe', kind);
    const { say } = await modules();
    say('a longer line');
    refuses[2] = 'ENOSPC';
    expect(() => say('lost')).not.toThrow();
    refuses[2] = null;
    say('behind it');
    expect(holds[2]).toBe('a longer line\n');
    expect(error.written).toEqual([]);
    expect(exitStatus()).toBeUndefined();
  });

  test('that is a terminal keeps its own way, beside a file, and the other way round', async () => {
    const one = standard('device', 'terminal');
    const { say, print } = await modules();
    say('x');
    print(asPage('y'));
    expect([one.error.written, one.holds[1]]).toEqual([['x\n'], 'y']);
    jest.resetModules();
    const other = standard('terminal', 'device');
    const again = await modules();
    again.say('x');
    again.print(asPage('y'));
    expect([other.out.written, other.holds[2]]).toEqual([['y'], 'x\n']);
  });

  test('that cannot be written either: there is no other place to say so', async () => {
    const { out, error } = standard('pipe');
    const { guardStreams } = await modules();
    guardStreams();
    expect(process.stdout).toBe(out);
    error.write = () => {
      throw new Error('no');
    };
    expect(() => out.emit('error', Object.assign(new Error('EIO'), { code: 'EIO' }))).not.toThrow();
    expect(exitStatus()).toBe(2);
  });
});
