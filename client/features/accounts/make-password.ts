/** No 0/O, 1/l/I: the password is read aloud over the telephone. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** A first password such as 'k7mp-x2hd-9fwq-tz4c': 16 of 31 characters, 79 bits. */
export function makePassword(randomBytes: (count: number) => Uint8Array): string {
  const letters: string[] = [];
  // Bytes past the last whole multiple of 31 are thrown away, so that every letter is equally likely.
  const limit = 256 - (256 % ALPHABET.length);
  while (letters.length < GROUPS * GROUP_LENGTH) {
    for (const byte of randomBytes(32)) {
      if (byte < limit) letters.push(ALPHABET.charAt(byte % ALPHABET.length));
    }
  }
  const text = letters.slice(0, GROUPS * GROUP_LENGTH).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

export function browserRandomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
