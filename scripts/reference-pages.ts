import { SettingsSchema } from '../core/config/settings.js';
import { CATALOGUE, type Cure, type Entry } from '../core/errors/catalogue.js';

/** Pages of `docs/reference` that are written from the code, so that they cannot say anything else. */

const NOTE = '<!-- Written by `npm run docs`; do not edit. -->';
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const CURES: Readonly<Record<Cure, string>> = {
  wait: 'time; the hub tries again by itself',
  data: 'whoever owns the record',
  setup: 'an operator',
  code: 'the makers of the hub',
};

function errorsPage(): string {
  const entries: [string, Entry][] = Object.entries(CATALOGUE);
  const codes = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, { cure, http, says, zh, fix, fixZh }]) => [
      '',
      `## ${code}`,
      '',
      `HTTP ${http}, cured by ${CURES[cure]}.`,
      '',
      `- \`${says}\`: ${fix}`,
      `- \`${zh}\`：${fixZh}`,
    ]);
  const head = [
    '# Errors · 错误',
    '',
    NOTE,
    '',
    'Every error has a code. The API answers it as `application/problem+json`; messages, effects and runs keep it; console and',
    'command line show it. Words in braces are filled in, e.g. with a JSON path or a name.',
  ];
  return `${[...head, ...codes].join('\n')}\n`;
}

interface Setting {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly { readonly const: unknown }[];
}

function taken({ anyOf, pattern, type, minimum, maximum }: Setting): string {
  if (anyOf !== undefined) return anyOf.map((choice) => `\`${String(choice.const)}\``).join(', ');
  if (pattern !== undefined) return `text like \`${pattern}\``;
  return type === 'integer' ? `${minimum} to ${maximum}` : 'text';
}

function settingsPage(): string {
  const settings: [string, Setting][] = Object.entries(SettingsSchema.properties);
  const rows = settings.map(([name, setting]) =>
    row(
      `\`${name}\``,
      setting.default === undefined ? '' : `\`${String(setting.default)}\``,
      taken(setting),
      setting.description ?? '',
    ),
  );
  const head = [
    '# Settings · 设置',
    '',
    NOTE,
    '',
    'Environment variables, read once at start. An empty one counts as absent; a wrong one stops the start with',
    '`SETTINGS_INVALID` and its name.',
    '',
    row('Variable', 'Default', 'Takes', 'Meaning'),
    row('---', '---', '---', '---'),
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}

/** Path below the root of the project → text, before the formatter lays out its tables. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/settings.md', settingsPage()],
  ]);
