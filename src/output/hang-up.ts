import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { codeOf } from '../files/errors.ts';

/** Standard input, output and error. */
const STANDARD = [0, 1, 2];

/**
 * Lets go of the terminals among the standard streams when the program ends. Node gives a terminal at its end the
 * settings that it had at its start, and aborts where that fails (`ResetStdio` in `src/node.cc`: every exit after a
 * terminal has gone away is a crash). It leaves out descriptors that are another file by then. Nothing here changes a
 * terminal's settings, so nothing is lost; what is still written goes by a descriptor of the stream's own.
 */
export function releaseTerminals(): void {
  for (const fd of STANDARD) release(fd);
}

/** A standard descriptor of a device, such as a terminal, becomes one of /dev/null. */
export function release(fd: number): void {
  if (!isDevice(fd)) return;
  try {
    closeSync(fd);
    openSync('/dev/null', 'r+'); // the lowest number that is free: the one just closed
  } catch {
    // It stays closed, which Node takes, too.
  }
}

/** A terminal that went away answers EIO; a disk that fails does so, too, and is no device of characters. */
export function isHangUp(error: unknown, fd: number): boolean {
  return codeOf(error) === 'EIO' && isDevice(fd);
}

/** True for terminals, and for what is alike. */
export function isDevice(fd: number): boolean {
  try {
    return process.platform !== 'win32' && mayBeTerminal(fstatSync(fd));
  } catch {
    return false;
  }
}

/** `/dev/null`, `/dev/full` and their like on Linux (Documentation/admin-guide/devices.txt). */
const MEMORY_DEVICES = 1;

/** A device of characters that is more than memory: Node's stream for it takes milliseconds to load, and a CI writes to `/dev/null`. */
export function mayBeTerminal(stat: Stats): boolean {
  return stat.isCharacterDevice() && !(process.platform === 'linux' && stat.rdev >> 8 === MEMORY_DEVICES);
}
