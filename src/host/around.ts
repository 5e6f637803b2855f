import type { Host, ReadPart, ReadResult } from './host.ts';

/** A machine that is seen through another: what a class of its own does not say otherwise is that one's answer. */
export class HostAround implements Host {
  readonly platform: string;
  readonly env: Host['env'];
  readonly cwd: string;
  readonly home: string;
  readonly live: boolean;
  readonly started: Host['started'];

  constructor(protected readonly host: Host) {
    this.platform = host.platform;
    this.env = host.env;
    this.cwd = host.cwd;
    this.home = host.home;
    this.live = host.live;
    this.started = host.started;
  }

  /** Whose answer about a path it is, and what it is called there. */
  protected place(path: string): [Host, string] {
    return [this.host, path];
  }

  read(path: string, limit?: number): ReadResult {
    const [host, there] = this.place(path);
    return host.read(there, limit);
  }

  parts<T>(path: string, use: (part: ReadPart) => T): T | null {
    const [host, there] = this.place(path);
    return host.parts(there, use);
  }

  list(path: string, limit?: number): string[] | null {
    const [host, there] = this.place(path);
    return host.list(there, limit);
  }

  kind(path: string): ReturnType<Host['kind']> {
    const [host, there] = this.place(path);
    return host.kind(there);
  }

  realpath(path: string): string | null {
    const [host, there] = this.place(path);
    return host.realpath(there);
  }

  link(path: string): string | null {
    const [host, there] = this.place(path);
    return host.link(there);
  }

  space(path: string): ReturnType<Host['space']> {
    const [host, there] = this.place(path);
    return host.space(there);
  }

  isWritableFolder(path: string): boolean | null {
    const [host, there] = this.place(path);
    return host.isWritableFolder(there);
  }

  ownership(path: string): ReturnType<Host['ownership']> {
    const [host, there] = this.place(path);
    return host.ownership(there);
  }

  isExecutable(path: string): boolean {
    const [host, there] = this.place(path);
    return host.isExecutable(there);
  }
}
