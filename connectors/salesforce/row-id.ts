const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The 18-character form of a Salesforce id, which compares safely without regard to case: three characters say which
 * letters of each group of five are capitals. An id of 18 characters is returned as it is.
 */
export function longId(id: string): string {
  if (id.length !== 15) return id;
  const suffix = [0, 5, 10].map((from) => {
    const bits = [...id.slice(from, from + 5)].reduce((sum, char, i) => sum + (/[A-Z]/.test(char) ? 1 << i : 0), 0);
    return ALPHABET[bits];
  });
  return id + suffix.join('');
}
