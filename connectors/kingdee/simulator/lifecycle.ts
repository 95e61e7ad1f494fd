import { CODE, type Outcome, Refusal, refuse } from './answers.js';
import type { Form } from './forms.js';
import { ids, member, texts } from './lookup.js';
import { entityOf } from './save.js';
import type { Bill, BillStore, Change, Status } from './store.js';

interface Move {
  readonly from: readonly Status[];
  readonly word: string;
  /** What is said to a bill in a state the move does not leave. */
  readonly blocked: Readonly<Partial<Record<Status, string>>>;
  readonly change: (bill: Bill) => Change;
}

const mark = (bill: Bill, status: Status, cancelled = bill.cancelled): Change => ({
  mark: { form: bill.form, id: bill.id, status, cancelled },
});

const AUDITED = '单据已经审核！';
const IN_AUDIT = '单据已经提交！';

export const MOVES: Readonly<Record<string, Move>> = {
  submit: { from: ['A', 'D'], word: '提交', blocked: { B: IN_AUDIT, C: AUDITED }, change: (b) => mark(b, 'B') },
  audit: { from: ['B'], word: '审核', blocked: { C: AUDITED }, change: (b) => mark(b, 'C') },
  unaudit: { from: ['C'], word: '反审核', blocked: {}, change: (b) => mark(b, 'D') },
  delete: {
    from: ['Z', 'A', 'D'],
    word: '删除',
    blocked: { B: IN_AUDIT, C: AUDITED },
    change: (b) => ({ remove: { form: b.form, id: b.id } }),
  },
  cancel: { from: ['Z', 'A', 'D'], word: '作废', blocked: { C: AUDITED }, change: (b) => mark(b, b.status, true) },
  uncancel: { from: ['Z', 'A', 'D'], word: '反作废', blocked: {}, change: (b) => mark(b, b.status, false) },
};

/** Bills named by `Ids` or `Numbers`, in the order sent; the name stands in for one that is not there. */
export function namedBills(form: Form, data: Readonly<Record<string, unknown>>, store: BillStore): (Bill | string)[] {
  const byId = ids(member(data, 'Ids')).map((id) => store.get(form.id, id) ?? String(id));
  const byNumber = texts(member(data, 'Numbers')).map((number) => store.byNumber(form.id, number) ?? number);
  if (byId.length + byNumber.length === 0) throw refuse(CODE.parameter, '参数Numbers和Ids不能同时为空。');
  return [...byId, ...byNumber];
}

/** Moves each named bill on its own; those that may not move are told why and hold up no other. */
export function moveBills(
  form: Form,
  moveName: string,
  data: Readonly<Record<string, unknown>>,
  store: BillStore,
  commit: (changes: readonly Change[]) => void,
): Outcome {
  const move = MOVES[moveName];
  if (move === undefined) throw refuse(CODE.noOperation, `操作“${moveName}”不存在`);
  const outcome = {
    entities: [] as Outcome['entities'][number][],
    messages: [] as string[],
    refusals: [] as Refusal[],
  };
  const named = namedBills(form, data, store);
  named.forEach((bill, index) => {
    const fault = typeof bill === 'string' ? notFound(form, bill, index) : judge(form, bill, move, index, store);
    if (fault !== undefined || typeof bill === 'string') {
      if (fault !== undefined) outcome.refusals.push(fault);
      return;
    }
    commit([move.change(bill)]);
    outcome.entities.push(entityOf(bill, index));
    outcome.messages.push(`${called(form, bill)}，${move.word}成功！`);
  });
  return outcome;
}

const called = (form: Form, bill: Bill): string =>
  `单据编号为“${String(bill.head['FBillNo'] ?? bill.id)}”的${form.name}`;

const notFound = (form: Form, name: string, index: number): Refusal =>
  refuse(CODE.notFound, `“${name}”对应的${form.name}不存在`, null, index);

function judge(form: Form, bill: Bill, move: Move, index: number, store: BillStore): Refusal | undefined {
  const why = reason(bill, move, store);
  if (why === undefined) return undefined;
  return new Refusal(CODE.invalid, [{ FieldName: null, Message: `${called(form, bill)}，${why}`, DIndex: index }]);
}

function reason(bill: Bill, move: Move, store: BillStore): string | undefined {
  if (!move.from.includes(bill.status)) return move.blocked[bill.status] ?? `单据状态不允许${move.word}！`;
  if (bill.cancelled && ['提交', '审核'].includes(move.word)) return '单据已作废！';
  const hasOffspring = bill.entries.some((entry) => store.madeFrom(entry.id).length > 0);
  if (hasOffspring && move.word !== '提交' && move.word !== '审核') return `存在下游单据，不允许${move.word}！`;
  return undefined;
}
