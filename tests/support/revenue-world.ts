import fc from 'fast-check';
import { expect } from 'vitest';
import { HubError } from '../../core/errors/hub-error.js';
import { sum } from '../../core/order/money.js';
import { normaliseOrder } from '../../core/order/normalise.js';
import type { LineQuantities, OrderContent, OrderLine } from '../../core/order/order.js';
import { cancel, deliver, returnUnits, writeQuantity } from '../../core/order/quantity.js';
import { withLines } from '../../core/order/reprice.js';
import type { OrderLineInput } from '../../core/order/schema.js';
import { applyFact } from '../../core/revenue/apply-fact.js';
import { type Balance, type ContractObligation, EMPTY, type RevenueContract } from '../../core/revenue/contract.js';
import { type ObligationSchedule, scheduleOf } from '../../core/revenue/contract-schedule.js';
import { addDays, periodOf } from '../../core/revenue/days.js';
import type { RevenueFact } from '../../core/revenue/facts.js';
import { assertBalanced, type JournalEntry } from '../../core/revenue/journal.js';
import { openContract } from '../../core/revenue/open-contract.js';
import { unitsOf } from '../../core/revenue/part.js';
import { catalogue, chart, lineInput, normaliseContext, orderInput } from './orders.js';

const PRODUCTS: readonly (readonly [sku: string, taxRate: string])[] = [
  ['HW-GATEWAY', '0.13'],
  ['LIC-PLATFORM', '0.13'],
  ['SVC-IMPL', '0.06'],
  ['TRN-ADMIN', '0.06'],
  ['SAAS-PRO', '0.06'],
  ['MNT-GOLD', '0.06'],
];
const START = '2027-01-01';

const line = fc.record({
  product: fc.nat({ max: PRODUCTS.length - 1 }),
  units: fc.bigInt({ min: 1n, max: 200_000n }),
  price: fc.integer({ min: 0, max: 9_999_999 }),
  /** Of the stand-alone price, in percent: such a line may be a contract of its own. */
  atListPrice: fc.boolean(),
  from: fc.nat({ max: 60 }),
  days: fc.nat({ max: 500 }),
  hasTerm: fc.boolean(),
  taxIncluded: fc.boolean(),
});
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

const WHATS = ['deliver', 'return', 'end', 'cancel', 'add', 'invoice', 'credit', 'period'] as const;
type What = (typeof WHATS)[number];

const happening = fc.record({
  what: fc.constantFrom('deliver' as const, ...WHATS),
  at: fc.nat(),
  share: fc.bigInt({ min: 1n, max: 1000n }),
  day: fc.nat({ max: 400 }),
  line,
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** An order and what happens to it, in no order of days. */
export const cases = fc.record({
  currency: fc.constantFrom('CNY', 'USD', 'JPY'),
  external: fc.boolean(),
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  happenings: fc.array(happening, { maxLength: 14 }),
});
export type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function inputOf(one: Line, ref: string, currency: string): OrderLineInput {
  const [product, taxRate] = PRODUCTS[one.product] ?? ['', ''];
  const termStart = addDays(START, one.from);
  const price = one.atListPrice
    ? (catalogue.standAloneSellingPrice(product, currency) ?? '0')
    : `${Math.floor(one.price / 1000)}.${String(one.price % 1000).padStart(3, '0')}`;
  return lineInput({
    ref,
    product,
    taxRate,
    quantity: writeQuantity(one.units),
    unitPrice: price,
    listPrice: price,
    taxIncluded: one.taxIncluded,
    ...(one.hasTerm ? { termStart, termEnd: addDays(termStart, one.days) } : {}),
  });
}

const isTimed = ({ kind }: OrderLine): boolean => kind === 'subscription' || kind === 'maintenance';

const booking = { date: '2027-01-31', period: '2027-01' };
const DEBIT = new Set(['receivable', 'contractAsset']);
const ACCOUNTS = [
  ['receivable', 'receivable'],
  ['contractAsset', 'contractAsset'],
  ['contractLiability', 'contractLiability'],
  ['outputVat', 'outputVat'],
  ['pendingOutputVat', 'pendingVat'],
  ['revenue', 'revenue'],
] as const;

/** A journal that takes back. */
const isRed = ({ lines }: JournalEntry): boolean =>
  lines.some(
    ({ account, amountMinor }) =>
      amountMinor < 0 && (account === 'receivable' || account === 'outputVat' || account.startsWith('revenue.')),
  );

const isSound = (o: ContractObligation): boolean =>
  o.recognisedMinor >= 0 && o.recognisedMinor <= o.allocatedMinor && o.netMinor >= 0 && o.taxMinor >= 0;

/** Lines served over time whose revenue moved by a delivery alone. */
const startedByDelivery = (before: RevenueContract, after: RevenueContract): ContractObligation[] =>
  after.obligations.filter(
    (o, at) => o.trigger === 'over-time' && o.recognisedMinor !== before.obligations[at]?.recognisedMinor,
  );

const groupsThatDoNotAdd = ({ obligations }: RevenueContract): string[] =>
  [...new Set(obligations.map((o) => o.group))].filter((group) => {
    const of = obligations.filter((o) => o.group === group);
    return sum(of.map((o) => o.allocatedMinor)) !== sum(of.map((o) => o.netMinor));
  });

const addsUp = (s: ObligationSchedule): boolean =>
  s.unscheduledMinor >= 0 &&
  s.performedMinor + s.unscheduledMinor + sum(s.months.map((m) => m.amountMinor)) === s.allocatedMinor &&
  s.segments.every(({ from, to }) => from <= to);

/** An order as it changes, the facts it tells, and the contract that hears them. */
export class RevenueWorld {
  /** What stands on each account by the journals alone. */
  readonly #booked = new Map<string, Balance>();
  contract: RevenueContract;
  content: OrderContent;
  readonly #context = normaliseContext();
  #count = 0;

  constructor(
    readonly drawn: Case,
    /** Period facts are told as they come, or none before the end. */
    readonly closesPeriods: boolean,
  ) {
    const { currency, lines, external } = drawn;
    const inputs = lines.map((one, at) => inputOf(one, `L${at}`, currency));
    this.content = normaliseOrder(orderInput({ currency, lines: inputs }), this.#context);
    this.contract = openContract(
      { orderId: 'o', orderNumber: 'SO-1', content: this.content },
      catalogue,
      external ? { kinds: ['subscription', 'maintenance'] } : {},
    );
  }

  tell(fact: RevenueFact): void {
    const before = this.contract;
    const { contract, journal } = applyFact(before, fact, { chart, catalogue, booking });
    this.contract = contract;
    if (journal !== undefined) this.#post(journal);
    const problems = [
      ...(journal === undefined || isRed(journal)
        ? []
        : journal.lines.filter((l) => l.amountMinor <= 0 || l.baseMinor < 0)),
      ...(fact.kind === 'delivered' ? startedByDelivery(before, contract) : []),
      ...this.#unbalanced(),
      ...contract.obligations.filter((o) => !isSound(o)),
      ...groupsThatDoNotAdd(contract),
    ];
    expect(problems).toEqual([]);
    const net = contract.billedMinor - contract.recognisedMinor;
    expect([contract.revenue.minor, contract.contractLiability.minor, contract.contractAsset.minor]).toEqual([
      contract.recognisedMinor,
      Math.max(net, 0),
      Math.max(0 - net, 0),
    ]);
  }

  /** Accounts whose journal lines do not come to the contract's balance, in either currency. */
  #unbalanced(): string[] {
    return ACCOUNTS.filter(([account, field]) => {
      const { minor, baseMinor } = this.contract[field];
      const booked = this.#booked.get(account) ?? EMPTY;
      return booked.minor !== minor || booked.baseMinor !== baseMinor;
    }).map(([account]) => account);
  }

  #post(journal: JournalEntry): void {
    assertBalanced(journal);
    for (const l of journal.lines) {
      const account = l.account.split('.')[0] ?? '';
      const sign = (l.side === 'debit') === DEBIT.has(account) ? 1 : -1;
      const { minor, baseMinor } = this.#booked.get(account) ?? EMPTY;
      this.#booked.set(account, { minor: minor + sign * l.amountMinor, baseMinor: baseMinor + sign * l.baseMinor });
    }
  }

  /** Units of the chosen line move in the order, as far as there are some; then the contract hears of it. */
  #moveUnits(
    { at, share }: Happening,
    available: (line: OrderLine) => string,
    move: (quantities: LineQuantities, quantity: string) => LineQuantities,
    fact: (units: { lineId: string; quantity: string }) => RevenueFact,
  ): void {
    const chosen = this.content.lines[at % this.content.lines.length];
    if (chosen === undefined) return;
    const { lineId } = chosen;
    const quantity = writeQuantity((unitsOf(available(chosen)) * share + 999n) / 1000n);
    if (quantity === '0') return;
    const lines = this.content.lines.map((l) =>
      l === chosen ? { ...l, quantities: move(l.quantities, quantity) } : l,
    );
    this.content = { ...this.content, lines };
    this.tell(fact({ lineId, quantity }));
  }

  #add({ line: added }: Happening, id: string, date: string): void {
    const { currency } = this.drawn;
    const { lines } = normaliseOrder(orderInput({ currency, lines: [inputOf(added, id, currency)] }), this.#context);
    this.content = { ...this.content, lines: [...this.content.lines, ...lines] };
    this.tell({ kind: 'modified', id, date, content: this.content });
  }

  /** An invoice of another system may be refused; then nothing changes. */
  #invoice({ what, at, share }: Happening, id: string, date: string): void {
    const chosen = this.content.lines[at % this.content.lines.length];
    if (chosen === undefined) return;
    const part = (minor: number): number => Number((BigInt(minor) * share) / 1000n);
    const lines = [{ lineId: chosen.lineId, netMinor: part(chosen.netMinor), taxMinor: part(chosen.taxMinor) }];
    const before = this.contract;
    try {
      this.tell({ kind: 'invoiced', id, date, credit: what === 'credit', lines });
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'REVENUE_FACT_REFUSED') throw error;
      expect(this.contract).toBe(before);
    }
  }

  happen(happening: Happening): void {
    const date = addDays(START, happening.day);
    const id = `F-${++this.#count}`;
    const open = ({ quantities }: OrderLine): string => quantities.open;
    const kept = ({ quantities: q }: OrderLine): string => writeQuantity(unitsOf(q.delivered) - unitsOf(q.returned));
    const running = (line: OrderLine): string => (isTimed(line) ? kept(line) : '0');
    const modified = (): RevenueFact => ({ kind: 'modified', id, date, content: this.content });
    const actions: Readonly<Record<What, () => void>> = {
      deliver: () =>
        this.#moveUnits(happening, open, deliver, (units) => ({ kind: 'delivered', id, date, lines: [units] })),
      return: () =>
        this.#moveUnits(happening, kept, returnUnits, (units) => ({ kind: 'returned', id, date, lines: [units] })),
      end: () => this.#moveUnits(happening, running, returnUnits, modified),
      cancel: () => this.#moveUnits(happening, open, cancel, modified),
      add: () => this.#add(happening, id, date),
      invoice: () => this.#invoice(happening, id, date),
      credit: () => this.#invoice(happening, id, date),
      period: () => {
        const through = addDays(`${periodOf(date)}-01`, -1);
        if (this.closesPeriods) this.tell({ kind: 'period', id: `P-${through}`, through });
      },
    };
    actions[happening.what]();
  }

  /** Schedules that do not come to what is allocated. */
  wrongSchedules(): ObligationSchedule[] {
    return scheduleOf(this.contract).filter((schedule) => !addsUp(schedule));
  }

  /** Lines of which nothing came back and whose price is not what the order charges for their units. */
  wrongPrices(): OrderLine[] {
    const { obligations } = this.contract;
    return withLines(this.content, this.content.lines).lines.filter(({ lineId, quantities, netMinor, taxMinor }) => {
      const o = obligations.find((one) => one.lineId === lineId);
      return quantities.returned === '0' && (o?.netMinor !== netMinor || o.taxMinor !== taxMinor);
    });
  }

  /** Delivers and bills everything that is left, and lets all time pass. */
  finish(): void {
    for (const { lineId, quantities } of this.content.lines) {
      if (quantities.open === '0') continue;
      const lines = [{ lineId, quantity: quantities.open }];
      this.tell({ kind: 'delivered', id: `E-${lineId}`, date: '2027-06-01', lines });
    }
    this.tell({ kind: 'period', id: 'END', through: '2035-12-31' });
    for (const o of this.contract.obligations.filter(({ billing }) => billing === 'external')) {
      const { lineId } = o;
      const [netMinor, taxMinor] = [o.netMinor - o.billedMinor, o.taxMinor - o.billedTaxMinor];
      const more = { netMinor: Math.max(netMinor, 0), taxMinor: Math.max(taxMinor, 0) };
      const less = { netMinor: Math.max(0 - netMinor, 0), taxMinor: Math.max(0 - taxMinor, 0) };
      const fact = { kind: 'invoiced', date: '2035-12-31' } as const;
      this.tell({ ...fact, id: `I-${lineId}`, credit: false, lines: [{ lineId, ...more }] });
      this.tell({ ...fact, id: `C-${lineId}`, credit: true, lines: [{ lineId, ...less }] });
    }
  }
}
