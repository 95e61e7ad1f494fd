const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** `512 B`, `1.4 KB`, `20 MB`; a unit is 1,024 of the one before it. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const shown = power === 0 || value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
  return `${shown} ${UNITS[power]}`;
}
