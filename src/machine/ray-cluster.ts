import type { Host } from '../host/host.ts';

/**
 * The file in which `ray start` leaves the address of its cluster, where it is there: Ray joins that cluster without
 * being given any address (Ray 2.60: `get_ray_address_from_environment`, `get_ray_address_file`). null: none is.
 */
export function observeRayCluster(host: Host): string | null {
  const { RAY_TMPDIR, TMPDIR } = host.env;
  const folder = RAY_TMPDIR || (host.platform === 'linux' && TMPDIR) || '/tmp';
  if (!folder.startsWith('/')) return null;
  let end = folder.length;
  while (folder[end - 1] === '/') end--;
  const file = `${folder.slice(0, end)}/ray/ray_current_cluster`;
  const read = host.read(file, 4096);
  return read.ok && read.text.trim() !== '' ? file : null;
}
