/** The beginning of a program of x86-64: its head, one segment that names the loader, and the name. */
export function elf({ loader }: { loader: string }): Buffer {
  const bytes = Buffer.alloc(256 + loader.length);
  bytes.write('\x7fELF', 0, 'latin1');
  bytes.set([2, 1, 1], 4);
  bytes.writeUInt16LE(62, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(3, 64);
  bytes.writeBigUInt64LE(128n, 72);
  bytes.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  bytes.write(`${loader}\0`, 128);
  return bytes;
}
