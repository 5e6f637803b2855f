import { pathToFileURL } from 'node:url';

/**
 * A file's name as a URI reference (RFC 3986), relative where the file was named so: code scanning knows files by their
 * place in the repository. Each part is encoded by itself, so that `#`, `?` and `%` are part of a name.
 */
export function fileUri(file: string): string {
  // Half a surrogate pair has no encoding.
  const whole = file.replace(/\p{Cs}/gu, '\ufffd');
  if (whole.startsWith('/')) return pathToFileURL(whole).href;
  // A colon in the first part would end a scheme; encodeURIComponent writes it %3A.
  return whole.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
