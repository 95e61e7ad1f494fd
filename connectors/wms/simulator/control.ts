import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import type { Callbacks } from './callbacks.js';
import { INVENTORY_TYPES } from './checks.js';
import type { Confirm, Doc, DocKind, Line, Moved, Status, WarehouseStore } from './store.js';

const closed = { additionalProperties: false };
const Code = Type.String({ minLength: 1, maxLength: 50 });
const Quantity = Type.Integer({ minimum: 1 });
const shared = {
  /** Where the hub takes calls of the warehouse; remembered for later ones. */
  callbackUrl: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#]+$' })),
  /** Answer only when the hub has taken the news, or it was given up. */
  wait: Type.Optional(Type.Boolean()),
  /** How often the news is posted again after it was taken, as a careless warehouse does. */
  repeat: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
  carrier: Type.Optional(Code),
  tracking: Type.Optional(Code),
};
const goods = {
  lineNo: Type.Optional(Type.Integer({ minimum: 1 })),
  itemCode: Type.Optional(Code),
  quantity: Quantity,
};
const ShipLine = Type.Object(goods, closed);
const ReturnLine = Type.Object(
  { ...goods, inventoryType: Type.Optional(Type.Union(INVENTORY_TYPES.map((type) => Type.Literal(type)))) },
  closed,
);

const About = Type.Object({ deliveryOrderCode: Code, ...shared }, closed);
const Ship = Type.Object(
  { deliveryOrderCode: Code, lines: Type.Array(ShipLine, { minItems: 1 }), final: Type.Boolean(), ...shared },
  closed,
);
const Receive = Type.Object(
  { returnOrderCode: Code, lines: Type.Array(ReturnLine, { minItems: 1 }), final: Type.Boolean(), ...shared },
  closed,
);
type Shared = Pick<Static<typeof Ship>, 'callbackUrl' | 'wait' | 'repeat' | 'reason' | 'carrier' | 'tracking'>;
type Goods = Static<typeof ReturnLine>;

const ajv = new Ajv();

/** A control call that cannot be done: 400 for its form, 404 and 409 for the state of things. */
export class ControlFault extends Error {
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

interface Floor {
  readonly store: WarehouseStore;
  readonly callbacks: Callbacks;
  readonly now: () => string;
}

const OPEN: readonly Status[] = ['NEW', 'ACCEPT', 'PARTDELIVERED', 'PARTFULFILLED'];

function openDoc(store: WarehouseStore, kind: DocKind, code: string): Doc {
  const doc = store.doc(kind, code);
  if (doc === undefined) throw new ControlFault(404, `there is no ${kind} order ${code}`);
  if (!OPEN.includes(doc.status)) throw new ControlFault(409, `${code} is ${doc.status}`);
  return doc;
}

/** Which line moves; the item's first line when no number is given. */
function lineOf(doc: Doc, { lineNo, itemCode }: Goods): Line {
  const found = doc.lines.find((line) =>
    lineNo === undefined ? line.itemCode === itemCode : line.lineNo === String(lineNo),
  );
  if (found === undefined) throw new ControlFault(409, `${doc.code} has no line ${lineNo ?? itemCode ?? '?'}`);
  return found;
}

function moved(doc: Doc, goods: readonly Goods[]): readonly Moved[] {
  const left = new Map(doc.lines.map((line) => [line.lineNo, line.planQty - line.actualQty]));
  return goods.map((one) => {
    const line = lineOf(doc, one);
    const rest = (left.get(line.lineNo) ?? 0) - one.quantity;
    if (rest < 0) throw new ControlFault(409, `line ${line.lineNo} of ${doc.code} has not so many left`);
    left.set(line.lineNo, rest);
    const { lineNo, itemCode } = line;
    return { lineNo, itemCode, inventoryType: one.inventoryType ?? line.inventoryType, quantity: one.quantity };
  });
}

/** Last address anybody named, from this call or an earlier one. */
const addressOf = (store: WarehouseStore, given: string | undefined): string | undefined =>
  given ?? store.confirms().findLast((confirm) => confirm.callbackUrl !== undefined)?.callbackUrl;

type News = Pick<Confirm, 'status' | 'final' | 'moved'>;

async function tell(floor: Floor, doc: Doc, what: string, news: News, asked: Shared) {
  const { callbackUrl: given, wait = false, repeat = 0, reason, carrier, tracking } = asked;
  const callbackUrl = addressOf(floor.store, given);
  if (callbackUrl === undefined) throw new ControlFault(400, 'nobody named a callbackUrl yet');
  const confirm: Confirm = {
    ...news,
    outBizCode: floor.store.nextOutBizCode(),
    kind: doc.kind,
    code: doc.code,
    at: floor.now(),
    callbackUrl,
    ...(reason === undefined ? {} : { reason }),
    ...(tracking === undefined ? {} : { tracking, carrier: carrier ?? doc.carrier }),
  };
  floor.store.commit(what, { confirmed: confirm });
  const telling = floor.callbacks.send(confirm);
  const { outBizCode, status } = confirm;
  if (!wait) return { outBizCode, status };
  const told = await telling;
  for (let i = 0; i < repeat; i++) await floor.callbacks.again(confirm);
  return { outBizCode, status, ...told };
}

const isShip = ajv.compile<Static<typeof Ship>>(Ship);
const isReceive = ajv.compile<Static<typeof Receive>>(Receive);
const isAbout = ajv.compile<Static<typeof About>>(About);

function read<T>(is: ((body: unknown) => body is T) & { errors?: unknown }, body: unknown): T {
  if (is(body)) return body;
  throw new ControlFault(400, ajv.errorsText(is.errors as Parameters<typeof ajv.errorsText>[0]));
}

type Control = (body: unknown, floor: Floor) => Promise<object>;

/** A message about a delivery order in which no goods move. */
const about =
  (status: Status, final: boolean, what: string): Control =>
  async (body, floor) => {
    const asked = read(isAbout, body);
    const doc = openDoc(floor.store, 'delivery', asked.deliveryOrderCode);
    if (doc.status === 'PARTDELIVERED') throw new ControlFault(409, `${doc.code} is ${doc.status}`);
    return tell(floor, doc, what, { status, final, moved: [] }, asked);
  };

/** What can happen in the warehouse, by the last part of the address `/control/…`. */
export const CONTROLS: Readonly<Record<string, Control>> = {
  accept: about('ACCEPT', false, 'warehouse.accept'),
  reject: about('REJECT', true, 'warehouse.reject'),
  ship: async (body, floor) => {
    const asked = read(isShip, body);
    const doc = openDoc(floor.store, 'delivery', asked.deliveryOrderCode);
    const status = asked.final ? 'DELIVERED' : 'PARTDELIVERED';
    const news = { status, final: asked.final, moved: moved(doc, asked.lines) } as const;
    return tell(floor, doc, 'warehouse.ship', news, asked);
  },
  'receive-return': async (body, floor) => {
    const asked = read(isReceive, body);
    const doc = openDoc(floor.store, 'return', asked.returnOrderCode);
    const status = asked.final ? 'FULFILLED' : 'PARTFULFILLED';
    const news = { status, final: asked.final, moved: moved(doc, asked.lines) } as const;
    return tell(floor, doc, 'warehouse.receive-return', news, asked);
  },
};
