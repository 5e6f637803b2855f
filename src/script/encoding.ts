/** A script's text, and the way back to its own bytes. */
export interface Decoded {
  text: string;
  /** The bytes of a changed text, in the file's encoding; null: it has no letter for something in it. */
  encode(text: string): Buffer | null;
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** PEP 263: a comment in the first line, or in the second below an empty line or a comment. */
const COOKIE = /^[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)/;
const NO_CODE = /^[ \t\f]*(?:#|$)/;
const LONGEST_LINE = 1000;

/** The encoding that a script's first lines name; null: none. */
export function cookieOf(beginning: string): string | null {
  const [first = '', second = ''] = beginning
    .slice(0, 2 * LONGEST_LINE)
    .split(/\r\n?|\n/, 2)
    .map((line) => line.slice(0, LONGEST_LINE));
  const cookie = COOKIE.exec(first) ?? (NO_CODE.test(first) ? COOKIE.exec(second) : null);
  return cookie?.[1] ?? null;
}

/**
 * A script as Python reads it: UTF-8, with or without a byte order mark, or the encoding that it names.
 *
 * @returns why it cannot be read, or not be written back byte for byte
 */
export function decodeSource(bytes: Buffer): Decoded | { why: string } {
  const marked = bytes.subarray(0, MARK.length).equals(MARK);
  const body = marked ? bytes.subarray(MARK.length) : bytes;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { why: 'it is in UTF-16, which Python does not read; save it as UTF-8' };
  const cookie = cookieOf(body.subarray(0, 2 * LONGEST_LINE).toString('latin1'));
  const codec = codecOf(cookie);
  if (codec === null) return { why: `it is in ${cookie}, which lk cannot write; save it as UTF-8` };
  if (marked && codec !== UTF8) return { why: `it has the byte order mark of UTF-8 and names ${cookie}` };
  const text = codec.decode(body);
  if (text === null || !codec.encode(text)?.equals(body))
    return { why: `it is not ${cookie ?? 'UTF-8 and names no other encoding'}; Python does not read it either` };
  return {
    text,
    encode(changed) {
      const encoded = codec.encode(changed);
      return encoded && (marked ? Buffer.concat([MARK, encoded]) : encoded);
    },
  };
}

/** Python's names for encodings whose letters take several bytes, as far as the platform reads them (WHATWG's labels). */
const SEVERAL_BYTES: readonly (readonly [RegExp, string])[] = [
  [
    /^(shift-?jis|s-?jis|csshiftjis|shiftjis-?2004|sjis-?2004|shift-jis-2004|cp932|932|ms932|mskanji|ms-kanji)$/,
    'shift_jis',
  ],
  [/^(euc-?jp|ujis|u-jis|euc-jis-2004|eucjis2004)$/, 'euc-jp'],
  [/^(iso-?2022-?jp)(-\d|-ext)?$/, 'iso-2022-jp'],
  [/^(gbk|cp936|936|ms936|gb2312|gb2312-80|chinese|csiso58gb231280|euc-?cn|euccn|eucgb2312-cn|iso-ir-58)$/, 'gbk'],
  [/^(gb18030|gb18030-2000)$/, 'gb18030'],
  [/^(big5|big5-tw|csbig5|big5-?hkscs|hkscs|cp950|950|ms950)$/, 'big5'],
  [/^(euc-?kr|korean|ksc5601|ks-c-5601(-1987)?|ksx1001|ks-x-1001|cp949|949|ms949|uhc)$/, 'euc-kr'],
];

/**
 * The text of a script in an encoding whose letters take several bytes, of which one may be that of a backslash or a quote
 * (Shift-JIS, Big5, GBK); null: it names none, or its bytes are not of it.
 */
export function severalBytes(bytes: Uint8Array): string | null {
  const cookie = cookieOf(Buffer.from(bytes.subarray(0, 2 * LONGEST_LINE)).toString('latin1'));
  const label = cookie === null ? undefined : severalBytesOf(cookie);
  if (label === undefined) return null;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function severalBytesOf(cookie: string): string | undefined {
  const name = cookie.toLowerCase().replaceAll('_', '-');
  return SEVERAL_BYTES.find(([pattern]) => pattern.test(name))?.[1];
}

interface Codec {
  decode(bytes: Buffer): string | null;
  encode(text: string): Buffer | null;
}

const UTF8: Codec = {
  decode: (bytes) => bytes.toString('utf8'),
  encode: (text) => Buffer.from(text, 'utf8'),
};

const LATIN1: Codec = {
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => (/^[\0-\xff]*$/.test(text) ? Buffer.from(text, 'latin1') : null),
};

const ASCII: Codec = {
  decode: (bytes) => (bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : null),
  encode: (text) => (/^[\0-\x7f]*$/.test(text) ? Buffer.from(text, 'latin1') : null),
};

/** Python's names for what the platform calls otherwise, written small and with hyphens. */
const NAMES: { readonly [name: string]: string } = {
  cp866: 'ibm866',
  'latin-2': 'latin2',
  'latin-5': 'latin5',
  'latin-9': 'iso-8859-15',
  latin9: 'iso-8859-15',
  'mac-roman': 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
};

/** null: unknown, or one whose letters take several bytes. */
function codecOf(cookie: string | null): Codec | null {
  const name = (cookie ?? 'utf-8').toLowerCase().replaceAll('_', '-');
  if (/^utf-8(-|$)|^(utf8|u8|utf|cp65001|utf8-ucs[24])$/.test(name)) return UTF8;
  if (/^(latin-1|iso-8859-1|iso-latin-1)(-|$)|^(latin|latin1|l1|iso8859(-1)?|cp819|8859)$/.test(name)) return LATIN1;
  if (/^(us-)?ascii$|^646$/.test(name)) return ASCII;
  const windows = /^(?:cp|windows-?)?(125\d|874)$/.exec(name)?.[1];
  const iso = /^iso-?8859-(\d{1,2})$/.exec(name)?.[1];
  const label = windows ? `windows-${windows}` : iso ? `iso-8859-${iso}` : (NAMES[name] ?? name);
  return singleByte(label);
}

/** Bytes 0x80 to 0x9f. */
const CP1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/** A codec of which every byte is a letter, from the platform's table. */
function singleByte(label: string): Codec | null {
  let letters: string;
  try {
    letters = new TextDecoder(label, { ignoreBOM: true }).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  } catch {
    return null;
  }
  // Some versions of Node take it for latin-1.
  if (label === 'windows-1252') letters = letters.slice(0, 0x80) + CP1252 + letters.slice(0xa0);
  // The Web fills the gaps of Windows' tables with controls; Python refuses such bytes (Lib/encodings/cp125x.py).
  if (label.startsWith('windows-')) letters = letters.replace(/[\x80-\x9f]/g, '\ufffd');
  if (
    letters.length !== 256 ||
    letters.slice(0, 128) !== ASCII.decode(Buffer.from(Array.from({ length: 128 }, (_, byte) => byte)))
  )
    return null;
  const bytes = new Map([...letters].map((letter, byte) => [letter, byte]));
  bytes.delete('\ufffd');
  return {
    decode: (body) => Array.from(body, (byte) => letters[byte]).join(''),
    encode(text) {
      const encoded = Buffer.alloc(text.length);
      for (let at = 0; at < text.length; at++) {
        const byte = bytes.get(text[at] as string);
        if (byte === undefined) return null;
        encoded[at] = byte;
      }
      return encoded;
    },
  };
}
