/** Pieces of the vendor's SQL-like `FilterString`. Values are always quoted here, nowhere else. */

/** A text literal; quotes inside are doubled. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const equals = (field: string, value: string | number): string =>
  `${field}=${typeof value === 'number' ? value : literal(value)}`;

/**
 * Rows whose field begins with a text. `%`, `_` and `[` mean something in a pattern, and databases disagree on how to
 * escape them; each is replaced by `_` (any one character), so the caller compares what comes back exactly.
 */
export const beginsWith = (field: string, prefix: string): string =>
  `${field} like ${literal(`${prefix.replace(/[%_[]/g, '_')}%`)}`;

export const all = (...terms: readonly string[]): string => terms.join(' and ');
