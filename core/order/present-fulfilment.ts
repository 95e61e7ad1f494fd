import Type, { type Static } from 'typebox';
import { ACTIONS, type FulfilmentState } from './fulfilment.js';
import { DateText, DecimalText } from './schema.js';

const text = Type.String();
const Words = Type.Object({ en: text, zh: text });
const Units = Type.Array(Type.Object({ lineId: text, quantity: DecimalText }));
const placed = { lineId: text, lineNo: Type.Integer({ minimum: 1 }), product: text };

/** How an order is carried out, as API, mappings and rules see it: quantities by step, shipment, subscription and return. */
export const presentedFulfilment = {
  plan: Type.Array(
    Type.Object({
      stepId: text,
      lineId: text,
      lineNo: Type.Integer({ minimum: 1 }),
      action: Type.Enum([...ACTIONS]),
      after: Type.Array(text),
      quantity: DecimalText,
      done: DecimalText,
      state: Type.Enum(['waiting', 'ready', 'done', 'cancelled']),
      passesControl: Type.Boolean(),
      dueDate: Type.Optional(DateText),
      role: Type.Optional(text),
      alarmed: Type.Optional(Type.Boolean()),
      evidence: Type.Array(
        Type.Object({
          kind: text,
          id: text,
          date: DateText,
          quantity: DecimalText,
          by: Type.Optional(text),
          attachments: Type.Optional(Type.Array(text)),
        }),
      ),
    }),
  ),
  shipments: Type.Array(
    Type.Object({
      number: text,
      state: text,
      lines: Type.Array(Type.Object({ ...placed, quantity: DecimalText, shipped: DecimalText })),
      parcels: Type.Array(Type.Object({ carrier: text, tracking: text, report: text })),
      reason: Type.Optional(text),
    }),
  ),
  subscriptions: Type.Array(
    Type.Object({
      number: text,
      state: text,
      lines: Type.Array(Type.Object({ ...placed, quantity: DecimalText, active: DecimalText })),
    }),
  ),
  returns: Type.Array(
    Type.Object({
      number: text,
      state: text,
      lines: Type.Array(Type.Object({ lineId: text, lineNo: Type.Integer(), quantity: DecimalText })),
      reason: text,
      shipment: Type.Optional(text),
    }),
  ),
  amendments: Type.Array(
    Type.Object({
      number: text,
      state: Type.Enum(['proposed', 'frozen', 'effective', 'refused']),
      effectiveDate: DateText,
      reason: text,
      by: text,
      changes: Type.Array(Type.Object({ do: text }, { additionalProperties: true })),
      frozen: Units,
      asks: Type.Array(Type.Object({ target: text, number: text, lines: Units, answer: Type.Optional(text) })),
      cutDown: Type.Optional(Type.Array(Type.Object({ lineId: text, asked: DecimalText, done: DecimalText }))),
      refusal: Type.Optional(Words),
      instead: Type.Optional(Type.Object({ return: Units })),
    }),
  ),
} as const;
const PresentedFulfilment = Type.Object(presentedFulfilment);
export type PresentedFulfilment = Static<typeof PresentedFulfilment>;

export type Carried = Pick<FulfilmentState, 'plan' | 'shipments' | 'subscriptions' | 'returns' | 'amendments'>;

/** Copies what is shown; ids of reports and computed lines of amendments stay inside. */
export const presentFulfilment = (state: Carried): PresentedFulfilment => ({
  plan: structuredClone([...state.plan]),
  shipments: state.shipments.map(({ reports: _, ...shipment }) => structuredClone(shipment)),
  subscriptions: state.subscriptions.map(({ reports: _, ...run }) => structuredClone(run)),
  returns: structuredClone([...state.returns]),
  amendments: state.amendments.map(({ added: _added, wanted: _wanted, ...amendment }) => structuredClone(amendment)),
});
