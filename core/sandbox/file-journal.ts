import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Clock } from '../clock.js';
import type { JournalEntry, SimulatorJournal } from '../connector/simulator.js';

/** Reads whole lines; a line that a crash cut short was never answered, so it is taken off the file. */
function readEntries(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, end)));
  return text
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry);
}

/** A journal in one append-only file, one JSON line an entry, on disk before `append` returns. */
export function fileJournal(file: string, system: string, clock: Clock): SimulatorJournal & { close(): void } {
  const entries = readEntries(file);
  const fd = openSync(file, 'a', 0o600);
  return {
    append: (what, data) => {
      const entry: JournalEntry = { at: clock.now().toISOString(), system, what, data };
      writeSync(fd, `${JSON.stringify(entry)}\n`);
      fsyncSync(fd);
      entries.push(entry);
    },
    entries: () => entries,
    close: () => closeSync(fd),
  };
}
