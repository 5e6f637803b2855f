/** The last part of a program's path. */
export function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

/** `python`, `python3.11`, `pypy3`; with the letters of its ABI (`sys.abiflags`): `python3.13t`, `python3.12d`, `python3.7m`. */
export function isPythonName(program: string): boolean {
  return /^(?:python|pypy)[\d.]{0,8}[dmtu]{0,3}$/.test(nameOf(program));
}
