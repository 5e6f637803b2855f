import type { Range } from './ranges.ts';
import { isSecretName } from './secret-names.ts';

/** It begins with a letter, whatever stands before that: `-ihttps://`, `see ..https://`. */
const SCHEME = /(?<![A-Za-z])[a-z][a-z0-9+.-]{1,40}:\/\//gi;

/** What an address asks with: `?token=x`. */
const QUERY = /[?&;#]([\w.-]{1,60})=([^\s&#"']+)/g;

/**
 * Addresses whose path is the secret: who knows it may write there, or read. Each begins right before it.
 */
const HOOKS: readonly RegExp[] = [
  /\bhooks\.slack\.com\/(?:services|workflows|triggers)\//gi,
  /\bdiscord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\//gi,
  /\bwebhook\.office\.com\/(?:webhookb2\/)?/gi,
  /\boutlook\.office(?:365)?\.com\/webhook\//gi,
  /\/bot(?=\d{1,20}:[\w-])/gi, // Telegram, also on a server of one's own
  /\bapi\.telegram\.org\/(?:file\/)?bot/gi,
  /\bopen\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v\d{1,3}\/)?hook\//gi,
  /\bhooks\.zapier\.com\/hooks\//gi,
  /\bmaker\.ifttt\.com\/(?=trigger\/)/gi,
  /\bhc-ping\.com\/(?:ping\/)?/gi,
  /\bntfy\.sh\//gi,
  /\bevents\.pagerduty\.com\/integration\//gi,
  /\b[\w-]{1,60}\.infura\.io\/v\d{1,3}\//gi,
  /\b[\w-]{1,60}\.alchemy\.com\/v\d{1,3}\//gi,
];

/** Most texts have none of them. */
const SOUNDS_LIKE_HOOK = /hook|\/bot|ifttt|hc-ping|ntfy|pagerduty|infura|alchemy/i;

/** In any address, what follows such a folder: Mattermost, Rocket.Chat, and whoever names it so. */
const HOOK_FOLDER = /\/(?:web)?hooks?(?:b2)?\//gi;
const REST_OF_PATH = /[^\s"'<>?#]{1,2000}/y;

/** A name or number of a host, as far as the end of its part of the address. */
const HOST = /^(?:[\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:[/?#,;]|$)/i;
/** One that nobody takes for a part of a password. */
const FULL_HOST = /^(?:\w[\w-]{0,62}(?:\.[\w-]{1,63}){1,20}|localhost|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const PORT = /^(\d{1,5})\//;

/** The secrets of the addresses in a text: who asks, by which token, and paths that are secret. */
export function secretsOfAddresses(text: string): Range[] {
  const found = hooksIn(text);
  if (!text.includes('://')) return found;
  const schemes = [...text.matchAll(SCHEME)];
  for (const [index, { 0: scheme, index: at }] of schemes.entries()) {
    const from = at + scheme.length;
    const run = text.slice(from, runEnds(text, at, from, schemes[index + 1]?.index ?? text.length));
    const length = userInfoLength(run);
    if (length > 0) found.push({ from, to: from + length });
    for (const { 0: whole, 1: name = '', 2: value = '', index: begins } of run.matchAll(QUERY)) {
      const end = from + begins + whole.length;
      if (isSecretName(name)) found.push({ from: end - value.length, to: end });
    }
    for (const { 0: folder, index: begins } of run.matchAll(HOOK_FOLDER)) {
      found.push(...restOfPath(text, from + begins + folder.length));
    }
  }
  return found;
}

/** Up to a blank, the quote that it began with, or the next address. */
function runEnds(text: string, at: number, from: number, next: number): number {
  const quote = text[at - 1];
  const closing = quote === '"' || quote === "'" ? text.indexOf(quote, from) : -1;
  const blank = text.slice(from, next).search(/[\s<>]/);
  return Math.min(closing < 0 ? next : closing, blank < 0 ? next : from + blank, next);
}

/**
 * How long the part before `@` is: 0, none. A password may hold what belongs encoded (`/`, `?`, `#`, `@`), so that the
 * host may stand behind a later `@`. `host:80/x@y` is a host with its port.
 */
function userInfoLength(run: string): number {
  const last = run.lastIndexOf('@');
  const end = run.search(/[/?#]/);
  const authority = end < 0 ? run : run.slice(0, end);
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const host = authority.slice(at + 1);
    return FULL_HOST.test(host) || !HOST.test(run.slice(last + 1)) ? at : last;
  }
  const colon = authority.indexOf(':');
  if (colon < 0 || authority.startsWith('[')) return 0;
  return Number(PORT.exec(run.slice(colon + 1))?.[1]) < 65536 ? 0 : last;
}

function hooksIn(text: string): Range[] {
  if (!SOUNDS_LIKE_HOOK.test(text)) return [];
  return HOOKS.flatMap((hook) =>
    [...text.matchAll(hook)].flatMap(({ 0: before, index }) => restOfPath(text, index + before.length)),
  );
}

function restOfPath(text: string, from: number): Range[] {
  REST_OF_PATH.lastIndex = from;
  return REST_OF_PATH.test(text) ? [{ from, to: REST_OF_PATH.lastIndex }] : [];
}

/** The passwords of the addresses in a text, as they are written and as they are meant. */
export function* passwordsOfAddresses(text: string): Generator<string> {
  for (const { from, to } of secretsOfAddresses(text)) {
    const said = text.slice(from, to);
    const password = said.slice(said.indexOf(':') + 1);
    yield password;
    try {
      yield decodeURIComponent(password);
    } catch {
      // not percent-encoded
    }
  }
}
