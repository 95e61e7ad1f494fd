/** Every colour of the console, light and dark. Feeds the CSS variables `--oh-*` and Ant Design's theme; nothing else names a colour. */
export const TONES = ['planned', 'running', 'confirmed', 'unknown', 'refused', 'parked'] as const;
export type Tone = (typeof TONES)[number];

export type Mode = 'light' | 'dark';

const LIGHT = {
  page: '#F7F6F2',
  panel: '#FFFFFF',
  raised: '#FFFFFF',
  sunk: '#EFEEE8',
  hair: '#E2E0D8',
  edge: '#8A908C',
  ink: '#1C2427',
  ink2: '#4A5558',
  ink3: '#606B6E',
  off: '#9AA19F',
  azurite: '#125A70',
  azuriteHover: '#1A7490',
  azuriteActive: '#0C4354',
  onAzurite: '#FFFFFF',
  azuriteTint: '#E4F0F3',
  azuriteTintHover: '#D3E6EB',
  chosen: '#E9E7DF',
  spot: '#1C2427',
  shadow: '0 8px 24px rgb(28 36 39 / .14)',

  planned: '#4A5558',
  plannedTint: '#EFEEE8',
  plannedSolid: '#4A5558',
  running: '#0B5876',
  runningTint: '#E2F0F5',
  runningSolid: '#0F6E93',
  confirmed: '#2D5543',
  confirmedTint: '#E6EFE8',
  confirmedSolid: '#2D5543',
  unknown: '#6E4F0E',
  unknownTint: '#FBF1D9',
  unknownSolid: '#86631A',
  hatch: '#F5E6BF',
  refused: '#97190F',
  refusedTint: '#FBE9E6',
  refusedSolid: '#B3241B',
  parked: '#4A1766',
  parkedTint: '#F0E8F6',
  parkedSolid: '#4A1766',

  commercial: '#1C5FA8',
  fulfilment: '#B5742E',
  billing: '#701A42',
  payment: '#1E9182',
  revenue: '#3C4513',
};

export type Palette = Record<keyof typeof LIGHT, string>;

const DARK: Palette = {
  page: '#12171A',
  panel: '#1A2023',
  raised: '#222A2E',
  sunk: '#151B1E',
  hair: '#2F383C',
  edge: '#6B7679',
  ink: '#E7E9E6',
  ink2: '#B3BCBC',
  ink3: '#8F999A',
  off: '#647073',
  azurite: '#6FBAD3',
  azuriteHover: '#8FCBE0',
  azuriteActive: '#559FB8',
  onAzurite: '#0C1518',
  azuriteTint: '#17343D',
  azuriteTintHover: '#1E424D',
  chosen: '#222A2E',
  spot: '#E7E9E6',
  shadow: '0 8px 24px rgb(0 0 0 / .5)',

  planned: '#B3BCBC',
  plannedTint: '#283034',
  plannedSolid: '#B3BCBC',
  running: '#8CC8DF',
  runningTint: '#16323D',
  runningSolid: '#5FA9C6',
  confirmed: '#ABE8C8',
  confirmedTint: '#1D3329',
  confirmedSolid: '#ABE8C8',
  unknown: '#EDC052',
  unknownTint: '#3A2F14',
  unknownSolid: '#EDC052',
  hatch: '#46391A',
  refused: '#F59A8D',
  refusedTint: '#3F201C',
  refusedSolid: '#EE7464',
  parked: '#CDB9F7',
  parkedTint: '#2F2440',
  parkedSolid: '#CDB9F7',

  commercial: '#6EB0F5',
  fulfilment: '#C97F33',
  billing: '#F5B8CE',
  payment: '#3B9988',
  revenue: '#DCDF7C',
};

export const PALETTES: Record<Mode, Palette> = { light: LIGHT, dark: DARK };

/** Latin fonts first, so that digits come from one font beside Han text. */
export const FONT_TEXT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "HarmonyOS Sans SC", MiSans, "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
export const FONT_CODE =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace';

const dashed = (name: string): string => name.replace(/[A-Z]|\d/g, (c) => `-${c.toLowerCase()}`);

const block = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, value]) => `--oh-${dashed(name)}:${value};`)
    .join('');

/** The style sheet that defines `--oh-ink`, `--oh-ink-2`, `--oh-azurite-tint` …, following the system's light or dark. */
export const cssVariables = (): string =>
  `:root{${block(LIGHT)}--oh-font:${FONT_TEXT};--oh-code:${FONT_CODE};color-scheme:light dark}` +
  `@media (prefers-color-scheme: dark){:root{${block(DARK)}}}`;

/** `share` of the way from `a` to `b`; both `#RRGGBB`. */
export function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number): number => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(a, i) + (channel(b, i) - channel(a, i)) * share));
  return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}
