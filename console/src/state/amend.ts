import type { Change } from '../api/fulfilment-types';
import type { PresentedLine, Problem } from '../api/types';

/** A change while it is filled in; every field is text as it was typed. */
export interface ChangeDraft {
  id: number;
  do: Change['do'];
  lineId: string;
  quantity: string;
  termEnd: string;
  unitPrice: string;
}

export const CHANGE_KINDS = ['add', 'reduce', 'cancel', 'renew'] as const satisfies readonly Change['do'][];
export type DraftField = 'lineId' | 'quantity' | 'termEnd' | 'unitPrice';

/** What each kind of change asks for; renewals take the old line's quantity and price when these are left empty. */
export const FIELDS: Readonly<Record<Change['do'], Readonly<Partial<Record<DraftField, 'needed' | 'may'>>>>> = {
  add: { lineId: 'needed', quantity: 'needed', unitPrice: 'may' },
  reduce: { lineId: 'needed', quantity: 'needed' },
  cancel: { lineId: 'needed' },
  renew: { lineId: 'needed', termEnd: 'needed', quantity: 'may', unitPrice: 'may' },
};

/** Kinds of lines that run over a term: only they can be renewed, and more of them are more seats of the same line. */
const OVER_TIME: ReadonlySet<string> = new Set(['subscription', 'maintenance', 'usage']);
export const runsOverTime = (line: Pick<PresentedLine, 'kind'>): boolean => OVER_TIME.has(line.kind);

/** Lines that a kind of change can be about. */
export const linesFor = (kind: Change['do'], lines: readonly PresentedLine[]): PresentedLine[] =>
  lines.filter((line) => (kind === 'renew' ? line.termEnd !== undefined && runsOverTime(line) : true));

/** Needed fields that are empty. */
export const missingIn = (draft: ChangeDraft): DraftField[] =>
  (Object.entries(FIELDS[draft.do]) as [DraftField, string][])
    .filter(([field, need]) => need === 'needed' && draft[field].trim() === '')
    .map(([field]) => field);

/** `L1+A1`, `L1+A2` …: the first that no line of the order and no change before has. */
function freeRef(ref: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const candidate = `${ref.slice(0, 56)}+A${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function changeOf(draft: ChangeDraft, line: PresentedLine, taken: ReadonlySet<string>): Change {
  const { lineId } = line;
  const quantity = draft.quantity.trim();
  const unitPrice = draft.unitPrice.trim();
  if (draft.do === 'cancel') return { do: 'cancel', lineId };
  if (draft.do === 'reduce') return { do: 'reduce', lineId, quantity };
  if (draft.do === 'renew') {
    return {
      do: 'renew',
      lineId,
      termEnd: draft.termEnd,
      ...(quantity === '' ? {} : { quantity }),
      ...(unitPrice === '' ? {} : { unitPrice }),
    };
  }
  const { product, taxRate, taxIncluded, listPrice } = line;
  const added = {
    ref: freeRef(line.ref, taken),
    product,
    quantity,
    unitPrice: unitPrice === '' ? line.unitPrice : unitPrice,
    taxRate,
    ...(taxIncluded === undefined ? {} : { taxIncluded }),
    ...(listPrice === undefined ? {} : { listPrice }),
  };
  return { do: 'add', line: added, ...(runsOverTime(line) ? { of: lineId } : {}) };
}

/** The drafts as the hub's API takes them. Drafts about a line that is not there are left out. */
export function changesOf(drafts: readonly ChangeDraft[], lines: readonly PresentedLine[]): Change[] {
  const taken = new Set(lines.map((line) => line.ref));
  return drafts.flatMap((draft) => {
    const line = lines.find((l) => l.lineId === draft.lineId);
    if (line === undefined) return [];
    const change = changeOf(draft, line, taken);
    if (change.do === 'add') taken.add(change.line.ref);
    return [change];
  });
}

/** What the hub said of one field, in the form's own names: `$.changes[1].line.quantity` is `1 quantity`. */
export type FieldSay = ReadonlyMap<string, { en: string; zh: string }>;

const lastName = (path: string): string => /\.([A-Za-z]+)$/.exec(path)?.[1] ?? '';

/** Fields of `$.changes[i]` that the form calls otherwise. */
const ALIASES: Readonly<Record<string, DraftField>> = {
  of: 'lineId',
  ref: 'lineId',
  product: 'lineId',
  line: 'lineId',
};

/** The faults of a problem by field: `effectiveDate`, `reason`, `0 quantity`, `shipment` … Others are under their path. */
export function saysByField(problem: Problem | undefined, list: 'changes' | 'lines'): FieldSay {
  const says = new Map<string, { en: string; zh: string }>();
  const issues =
    problem?.issues ??
    (problem?.path === undefined
      ? []
      : [{ path: problem.path, why: problem.title, whyZh: problem.titleZh ?? problem.title }]);
  for (const { path, why, whyZh } of issues) {
    const at = new RegExp(`^\\$\\.${list}\\[(\\d+)\\]`).exec(path)?.[1];
    const name = lastName(path);
    const field = at === undefined ? name || path : `${at} ${ALIASES[name] ?? (name || 'lineId')}`;
    if (!says.has(field)) says.set(field, { en: why, zh: whyZh });
  }
  return says;
}
