import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Columns a character takes in a terminal: two for East Asian wide ones. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
const widthOf = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce((width, char) => width + (WIDE.test(char) ? 2 : 1), 0);

const pad = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
};

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => string;
  readonly right?: boolean;
}

/** Rows as aligned columns; a last line says when there is nothing. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  if (rows.length === 0) return pc.dim('nothing to show · 没有数据');
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.head), ...cells.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => pad(text, widths[i] ?? 0, columns[i]?.right === true))
      .join('  ')
      .trimEnd();
  return [pc.dim(line(columns.map((c) => c.head))), ...cells.map(line)].join('\n');
}

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** Progress and remarks go to standard error, so that `--json` output stays clean. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
