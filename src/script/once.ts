/** An argument of a call: by its position, where it may be given so, or by its name. */
export interface Argument {
  position?: number;
  keyword: string;
}

/** Something that works once: in a worker, which imports the script again, it fails. */
export interface Once {
  /** What Python says the second time. */
  why: string;
  /** Named arguments that make it work again. */
  unless?: Argument;
  /** An argument that says whether it is one of these. */
  when?: Argument & { is: RegExp };
  /** The same of the call as it is written. */
  written?: RegExp;
  /** The file or folder that it makes or removes, which has to be known; `self`: a path that it is a method of. */
  makes?: Argument | 'self';
  removes?: Argument | 'self';
  /** All that lies in a folder goes with it. */
  isTree?: true;
  /** Something else that is another one each time: it has to be known. */
  about?: Argument;
}

export const THERE = 'FileExistsError: it is there by then';
export const GONE = 'FileNotFoundError: it is gone by then';
const IN_USE = 'OSError: the address is in use by then';
const BOOTSTRAPPING = 'RuntimeError: it cannot start processes before it has imported the script';
const CONTEXT = 'RuntimeError: context has already been set';
const AT_FIRST = (keyword: string): Argument => ({ position: 0, keyword });
const AT_SECOND = (keyword: string): Argument => ({ position: 1, keyword });

/** By full name. */
export const ONCE: ReadonlyMap<string, Once> = new Map<string, Once>([
  ['os.mkdir', { why: THERE, makes: AT_FIRST('path') }],
  ['os.makedirs', { why: THERE, unless: { keyword: 'exist_ok', position: 2 }, makes: AT_FIRST('name') }],
  ['pathlib.Path().mkdir', { why: THERE, unless: { keyword: 'exist_ok', position: 2 }, makes: 'self' }],
  ['pathlib.Path().touch', { why: THERE, when: { position: 1, keyword: 'exist_ok', is: /^false$/ }, makes: 'self' }],
  ['os.symlink', { why: THERE, makes: AT_SECOND('dst') }],
  ['os.link', { why: THERE, makes: AT_SECOND('dst') }],
  ['os.mkfifo', { why: THERE, makes: AT_FIRST('path') }],
  ['os.open', { why: THERE, written: /\bO_EXCL\b/, makes: AT_FIRST('path') }],
  ['pathlib.Path().symlink_to', { why: THERE, makes: 'self' }],
  ['pathlib.Path().hardlink_to', { why: THERE, makes: 'self' }],
  ['pathlib.Path().link_to', { why: THERE, makes: AT_FIRST('target') }],
  ['os.rename', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['os.renames', { why: GONE, removes: AT_FIRST('old'), makes: AT_SECOND('new') }],
  ['os.replace', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['shutil.move', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['pathlib.Path().rename', { why: GONE, removes: 'self', makes: AT_FIRST('target') }],
  ['pathlib.Path().replace', { why: GONE, removes: 'self', makes: AT_FIRST('target') }],
  ['os.remove', { why: GONE, removes: AT_FIRST('path') }],
  ['os.unlink', { why: GONE, removes: AT_FIRST('path') }],
  ['pathlib.Path().unlink', { why: GONE, unless: { keyword: 'missing_ok', position: 0 }, removes: 'self' }],
  ['os.rmdir', { why: GONE, removes: AT_FIRST('path') }],
  ['os.removedirs', { why: GONE, removes: AT_FIRST('name') }],
  ['pathlib.Path().rmdir', { why: GONE, removes: 'self' }],
  [
    'shutil.rmtree',
    { why: GONE, unless: { keyword: 'ignore_errors', position: 1 }, removes: AT_FIRST('path'), isTree: true },
  ],
  ['shutil.copytree', { why: THERE, unless: { keyword: 'dirs_exist_ok' }, makes: AT_SECOND('dst') }],
  ['socket.socket().bind', { why: IN_USE }],
  ['socket.create_server', { why: IN_USE }],
  ...[
    'http.server.HTTPServer',
    'http.server.ThreadingHTTPServer',
    'socketserver.TCPServer',
    'socketserver.ThreadingTCPServer',
    'socketserver.UDPServer',
    'xmlrpc.server.SimpleXMLRPCServer',
    'wsgiref.simple_server.make_server',
    'multiprocessing.connection.Listener',
  ].map((name) => [name, { why: IN_USE }] as const),
  ['prometheus_client.start_http_server', { why: IN_USE }],
  ['xmlrpc.server.DocXMLRPCServer', { why: IN_USE }],
  ['asyncio.start_server', { why: IN_USE }],
  ...['fcntl.flock', 'fcntl.lockf'].map(
    (name) =>
      [
        name,
        {
          why: 'the main process has the lock by then: BlockingIOError, or it waits for ever',
          written: /\bLOCK_EX\b/,
        },
      ] as const,
  ),
  ...['filelock.FileLock().acquire', 'portalocker.Lock().acquire'].map(
    (name) => [name, { why: 'the main process has the lock by then: Timeout, or it waits for ever' }] as const,
  ),
  ...['Process().start', 'Pool', 'Manager'].map(
    (call) => [`multiprocessing.context.SpawnContext().${call}`, { why: BOOTSTRAPPING }] as const,
  ),
  ['os.mknod', { why: THERE, makes: AT_FIRST('path') }],
  ['input', { why: 'nobody answers a worker process: EOFError, or it waits for ever' }],
  ['getpass.getpass', { why: 'nobody answers a worker process: EOFError, or it waits for ever' }],
  ['multiprocessing.set_start_method', { why: CONTEXT, unless: { keyword: 'force', position: 1 } }],
  ['torch.multiprocessing.set_start_method', { why: CONTEXT, unless: { keyword: 'force', position: 1 } }],
  [
    'multiprocessing.shared_memory.SharedMemory',
    {
      why: 'FileExistsError: it is there by then',
      when: { position: 1, keyword: 'create', is: /^true$/ },
      about: AT_FIRST('name'),
    },
  ],
]);

/** Opens a file: `x` makes one that is not there yet, other modes than `r` write it. */
export const OPENS: ReadonlyMap<string, { path: Argument | 'self'; mode: Argument }> = new Map(
  [
    ...['open', 'io.open', 'codecs.open', 'gzip.open', 'bz2.open', 'lzma.open', 'zipfile.ZipFile'].map((name) => ({
      name,
      path: AT_FIRST(name === 'zipfile.ZipFile' || name === 'open' ? 'file' : 'filename'),
      mode: AT_SECOND('mode'),
    })),
    ...['gzip.GzipFile', 'bz2.BZ2File', 'lzma.LZMAFile'].map((name) => ({
      name,
      path: AT_FIRST('filename'),
      mode: AT_SECOND('mode'),
    })),
    ...['tarfile.open', 'tarfile.TarFile', 'tarfile.TarFile.open'].map((name) => ({
      name,
      path: AT_FIRST('name'),
      mode: AT_SECOND('mode'),
    })),
    { name: 'pathlib.Path().open', path: 'self' as const, mode: AT_FIRST('mode') },
    { name: 'h5py.File', path: AT_FIRST('name'), mode: AT_SECOND('mode') },
  ].map(({ name, path, mode }) => [name, { path, mode }]),
);

/** Reads a file or folder that has to be there, by full name. */
export const READS: ReadonlyMap<string, Argument | 'self'> = new Map<string, Argument | 'self'>([
  ...['csv', 'parquet', 'json', 'pickle', 'feather', 'excel', 'table', 'hdf'].map(
    (kind) => [`pandas.read_${kind}`, AT_FIRST('filepath_or_buffer')] as const,
  ),
  ...['numpy.load', 'numpy.loadtxt', 'numpy.genfromtxt', 'joblib.load', 'torch.load'].map(
    (name) => [name, AT_FIRST('file')] as const,
  ),
  ...['os.listdir', 'os.stat', 'os.scandir', 'os.path.getsize', 'os.path.getmtime'].map(
    (name) => [name, AT_FIRST('path')] as const,
  ),
  ...['read_text', 'read_bytes', 'stat', 'iterdir'].map((method) => [`pathlib.Path().${method}`, 'self'] as const),
]);

/** A question whether something is there, and as what. */
interface Asks {
  path: Argument | 'self';
  as: 'file' | 'folder' | null;
}

/** By full name. */
export const ASKS: ReadonlyMap<string, Asks> = new Map(
  (
    [
      ['exists', 'exists', null],
      ['lexists', 'exists', null],
      ['isfile', 'is_file', 'file'],
      ['isdir', 'is_dir', 'folder'],
    ] as const
  ).flatMap(([ofPath, method, as]): [string, Asks][] => [
    [`os.path.${ofPath}`, { path: AT_FIRST('path'), as }],
    [`pathlib.Path().${method}`, { path: 'self', as }],
  ]),
);
