import Type, { type Static } from 'typebox';
import { HubError, type Issue } from '../errors/hub-error.js';
import { isFinal } from './axes.js';
import { daysAfter } from './business-date.js';
import { openAmendment } from './follow.js';
import {
  type Amendment,
  type Change,
  type FulfilmentState,
  isOverTime,
  nextNumber,
  type Outcome,
} from './fulfilment.js';
import type { NormaliseContext } from './normalise.js';
import { checkLineDates, normaliseLine, type Report } from './normalise-line.js';
import type { OrderLine } from './order.js';
import { addQuantity, effectiveQuantity, isNone, readQuantity, restQuantity } from './quantity.js';
import { returnable } from './returns.js';
import { DateText, DecimalText, OrderLineInput } from './schema.js';

const closed = { additionalProperties: false };
const LineId = Type.String({ minLength: 1, maxLength: 40 });

const ChangeInput = Type.Union([
  Type.Object({ do: Type.Literal('add'), line: OrderLineInput, of: Type.Optional(LineId) }, closed),
  Type.Object({ do: Type.Literal('reduce'), lineId: LineId, quantity: DecimalText }, closed),
  Type.Object({ do: Type.Literal('cancel'), lineId: LineId }, closed),
  Type.Object(
    {
      do: Type.Literal('renew'),
      lineId: LineId,
      termEnd: DateText,
      quantity: Type.Optional(DecimalText),
      unitPrice: Type.Optional(DecimalText),
    },
    closed,
  ),
]);

/** What somebody wants changed in an accepted order. Cancelling every line cancels the order. */
export const AmendmentInput = Type.Object(
  {
    effectiveDate: DateText,
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    changes: Type.Array(ChangeInput, { minItems: 1, maxItems: 1000 }),
  },
  closed,
);
export type AmendmentInput = Static<typeof AmendmentInput>;

const MOST_AMENDMENTS = 50;
const MOST_LINES = 1000;

/** Units of a line that an amendment could take away or turn into a return: all that neither ended nor came back. */
export const inForce = (state: FulfilmentState, { lineId, quantities: q }: OrderLine): string =>
  [q.open, q.inFulfilment, returnable(state, lineId)].reduce(addQuantity, '0');

/** @throws HubError AMENDMENT_REFUSED naming the first fault, with all of them. */
export function refuseAmendmentOf(order: string, issues: readonly Issue[]): never {
  const [first] = issues;
  const facts = { order, path: first?.path ?? '$', why: first?.why ?? '?', whyZh: first?.whyZh ?? '?' };
  throw new HubError('AMENDMENT_REFUSED', facts, { issues });
}

function checkOrder(state: FulfilmentState, report: Report): void {
  const { commercial, fulfilment } = state.states;
  const open = openAmendment(state);
  if (commercial !== 'accepted' && commercial !== 'amended')
    report('$', `the order is ${commercial}, not accepted`, '订单未处于已接受状态');
  if (isFinal('fulfilment', fulfilment)) report('$', `its fulfilment ended: ${fulfilment}`, '订单履约已终结');
  if (open !== undefined) report('$', `amendment ${open.number} is not decided yet`, `变更单 ${open.number} 尚未决定`);
  if (state.amendments.length >= MOST_AMENDMENTS) report('$', 'it was amended 50 times', '变更次数已达 50 次');
}

function checkReduction(state: FulfilmentState, change: Change, path: string, report: Report): void {
  if (change.do !== 'reduce' && change.do !== 'cancel') return;
  const line = state.content.lines.find(({ lineId }) => lineId === change.lineId);
  if (line === undefined) {
    report(`${path}.lineId`, `the order has no line ${change.lineId}`, '订单没有该行');
    return;
  }
  const most = inForce(state, line);
  if (isNone(most))
    report(`${path}.lineId`, `nothing of line ${line.lineNo} is left`, `第 ${line.lineNo} 行已无剩余数量`);
  if (change.do === 'cancel' || isNone(most)) return;
  if ((readQuantity(change.quantity) ?? 0n) <= 0n) report(`${path}.quantity`, 'must be above zero', '必须大于零');
  else if (!isNone(restQuantity(change.quantity, most)))
    report(`${path}.quantity`, `only ${most} of line ${line.lineNo} are left`, `第 ${line.lineNo} 行仅剩 ${most}`);
}

type Wanted = { readonly line: OrderLineInput; readonly path: string };

/** The first `ref` of that kind that nobody has: `L1+R1`, `L1+R2` … */
export function freeRef(ref: string, letter: 'A' | 'R', taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const candidate = `${ref.slice(0, 56)}+${letter}${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** What a source may say of a line, of one that is there. */
export function inputOf(line: OrderLine): OrderLineInput {
  const {
    lineId: _lineId, lineNo: _lineNo, name: _name, nameZh: _nameZh, kind: _kind, unit: _unit, customHardware: _custom,
    listMinor: _list, netMinor: _net, taxMinor: _tax, grossMinor: _gross, quantities: _quantities, ...input
  } = line; // biome-ignore format: a list of what is left out
  return input;
}

/** The line that a change adds, with its defaults; undefined for other changes and when it cannot be made. */
function addedLine(
  state: FulfilmentState,
  change: Change,
  { path, date, taken }: { path: string; date: string; taken: ReadonlySet<string> },
  report: Report,
): Wanted | undefined {
  if (change.do !== 'add' && change.do !== 'renew') return undefined;
  const ofId = change.do === 'add' ? change.of : change.lineId;
  const place = `${path}.${change.do === 'add' ? 'of' : 'lineId'}`;
  const of = state.content.lines.find(({ lineId }) => lineId === ofId);
  if (ofId !== undefined && of === undefined) {
    report(place, `the order has no line ${ofId}`, `订单没有行 ${ofId}`);
    return undefined;
  }
  if (of !== undefined && !isOverTime(of)) {
    report(place, `line ${of.lineNo} has no term`, `第 ${of.lineNo} 行没有期限`);
    return undefined;
  }
  if (change.do === 'add') {
    if (of !== undefined && of.product !== change.line.product)
      report(`${path}.line.product`, `line ${of.lineNo} is ${of.product}`, `第 ${of.lineNo} 行为 ${of.product}`);
    const termEnd = of?.termEnd === undefined ? {} : { termEnd: of.termEnd };
    const term = of === undefined ? {} : { termStart: date, ...termEnd };
    return { line: { ...term, ...change.line }, path: `${path}.line` };
  }
  if (of?.termEnd === undefined || change.termEnd <= of.termEnd) {
    report(`${path}.termEnd`, `must be after the end of the term ${of?.termEnd ?? '?'}`, '必须晚于原期限');
    return undefined;
  }
  const line: OrderLineInput = {
    ...inputOf(of),
    ref: freeRef(of.ref, 'R', taken),
    quantity: change.quantity ?? effectiveQuantity(of),
    termStart: daysAfter(of.termEnd, 1),
    termEnd: change.termEnd,
    options: { ...of.options, renewalOf: of.lineId },
    ...(change.unitPrice === undefined ? {} : { unitPrice: change.unitPrice }),
  };
  return { line, path };
}

/**
 * Proposes an amendment; nothing of the order moves yet. Added lines are checked and computed at once.
 * @throws HubError AMENDMENT_REFUSED with every fault: not accepted, another amendment open, lines or quantities that
 *   make no sense.
 */
export function propose(
  before: FulfilmentState,
  input: AmendmentInput,
  by: string,
  context: Pick<NormaliseContext, 'catalogue' | 'newLineId'>,
): Outcome {
  const issues: Issue[] = [];
  const report: Report = (path, why, whyZh) => void issues.push({ path, why, whyZh });
  const { content, orderNumber } = before;
  const { effectiveDate, reason, changes } = input;
  checkOrder(before, report);
  if (effectiveDate < content.orderDate) report('$.effectiveDate', 'is before the order date', '早于订单日期');

  const refs = new Set(content.lines.map((line) => line.ref));
  const touched = new Set<string>();
  const added: OrderLine[] = [];
  const lastNo = Math.max(...content.lines.map((line) => line.lineNo));
  for (const [at, change] of changes.entries()) {
    const path = `$.changes[${at}]`;
    checkReduction(before, change, path, report);
    if (change.do === 'reduce' || change.do === 'cancel') {
      if (touched.has(change.lineId)) report(`${path}.lineId`, 'is changed twice', '同一行重复变更');
      touched.add(change.lineId);
    }
    const wanted = addedLine(before, change, { path, date: effectiveDate, taken: refs }, report);
    if (wanted === undefined) continue;
    const { line } = wanted;
    if (refs.has(line.ref)) report(`${wanted.path}.ref`, `"${line.ref}" is a line already`, `“${line.ref}”已存在`);
    if (line.parent !== undefined && !refs.has(line.parent))
      report(`${wanted.path}.parent`, `"${line.parent}" is no line of this order`, `“${line.parent}”不是本订单的行`);
    refs.add(line.ref);
    checkLineDates(line, content.orderDate, wanted.path, report);
    const lineNo = lastNo + added.length + 1;
    const place = { path: wanted.path, lineId: context.newLineId, lineNo, currency: content.currency };
    const made = normaliseLine(line, place, context.catalogue, report);
    if (made !== undefined) added.push(made);
  }
  if (lastNo + added.length > MOST_LINES) report('$.changes', 'an order has at most 1000 lines', '订单最多 1000 行');
  if (issues.length > 0) return refuseAmendmentOf(orderNumber, issues);

  const number = nextNumber(orderNumber, 'A', before.amendments);
  const amendment: Amendment = {
    number,
    state: 'proposed',
    effectiveDate,
    reason,
    by,
    changes,
    added,
    wanted: [],
    frozen: [],
    asks: [],
  };
  const state = { ...before, amendments: [...before.amendments, amendment] };
  return { state, events: [{ type: 'amendment.proposed', data: { amendment: number, effectiveDate, reason } }] };
}
