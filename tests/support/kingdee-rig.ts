import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kingdee } from '../../connectors/kingdee/index.js';
import type { KingdeeSimulatorOptions } from '../../connectors/kingdee/simulator/server.js';
import { createKingdeeSimulator, type KingdeeSimulator, kingdeeSimulator } from '../../connectors/kingdee/simulator.js';
import type { Connector, EffectCall } from '../../core/connector/contract.js';
import type { JournalEntry } from '../../core/connector/simulator.js';

const FORM_SERVICE = 'Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.';

/** A clock that stands still until it is moved. */
export function stillClock(start = '2026-11-24T08:00:00Z') {
  let ms = Date.parse(start);
  const move = (byMs: number): void => {
    ms += byMs;
  };
  return { now: () => new Date(ms), monotonicMs: () => ms, move };
}

/** Keeps entries as the text that would be on disk. */
export function textJournal(lines: string[] = []) {
  return {
    lines,
    append: (what: string, data: Readonly<Record<string, unknown>>) =>
      void lines.push(JSON.stringify({ at: '2026-11-24T08:00:00Z', system: 'kingdee', what, data })),
    entries: () => lines.map((line) => JSON.parse(line) as JournalEntry),
  };
}

export interface KingdeeRig {
  readonly url: string;
  readonly simulator: KingdeeSimulator;
  readonly clock: ReturnType<typeof stillClock>;
  readonly lines: string[];
  /** Posts to a form service, or to any path that begins with a slash; the answer's JSON and headers. */
  post(service: string, body: unknown, headers?: Record<string, string>): Promise<{ json: unknown; cookies: string[] }>;
  connect(settings?: Record<string, unknown>, secrets?: Record<string, string>): Connector;
  stop(): Promise<void>;
}

/** Starts a simulator on a free port. `lines` is an earlier journal to rebuild from. */
export async function startKingdee(options: KingdeeSimulatorOptions = {}, lines: string[] = []): Promise<KingdeeRig> {
  const clock = stillClock();
  const journal = textJournal(lines);
  let url = '';
  const simulator = createKingdeeSimulator({ clock, journal, baseUrl: () => url }, options);
  const server = createServer(simulator.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connectors: Connector[] = [];
  let nonces = 0;
  return {
    url,
    simulator,
    clock,
    lines,
    post: async (service, body, headers = {}) => {
      const path = service.startsWith('/') ? service : `/k3cloud/${FORM_SERVICE}${service}.common.kdsvc`;
      const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers });
      return { json: await answer.json(), cookies: answer.headers.getSetCookie() };
    },
    connect: (settings = {}, secrets = {}) => {
      const sandbox = kingdeeSimulator.connection(url);
      const connector = kingdee.open({
        connection: 'kingdee',
        settings: { ...sandbox.settings, ...settings },
        secrets: { ...sandbox.secrets, ...secrets },
        clock,
        nonce: () => {
          nonces += 1;
          return `nonce-${nonces}`;
        },
      });
      connectors.push(connector);
      return connector;
    },
    stop: async () => {
      await Promise.all(connectors.map((connector) => connector.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An effect call that remembers the parts recorded, as the ledger does. */
export function effectCall(businessKey: string, Model: unknown, parts: Record<string, unknown> = {}): EffectCall {
  return {
    key: `kingdee:${businessKey}:create:1`,
    businessKey,
    payload: { Model },
    parts,
    firstSend: false,
    record: async (part, said) => {
      parts[part] = said;
    },
    signal: new AbortController().signal,
  };
}

const ref = (FNumber: string) => ({ FNumber });

export const orderLine = (change: Record<string, unknown> = {}) => ({
  FMaterialId: ref('HW-GATEWAY'),
  FUnitID: ref('Pcs'),
  FPriceUnitId: ref('Pcs'),
  FStockUnitID: ref('Pcs'),
  FQty: 10,
  FTaxPrice: 113,
  FEntryTaxRate: 13,
  FDeliveryDate: '2026-03-10',
  FSettleOrgIds: ref('100'),
  FReserveType: '1',
  FOUTLMTUNIT: 'SAL',
  ...change,
});

export const orderModel = (change: Record<string, unknown> = {}) => ({
  FID: 0,
  FBillTypeID: ref('XSDD01_SYS'),
  FBillNo: 'SO-2026-0001',
  FDate: '2026-03-01',
  FSaleOrgId: ref('100'),
  FCustId: ref('C001'),
  FSalerId: ref('S001'),
  FSaleOrderFinance: { FSettleCurrId: ref('PRE001'), FExchangeTypeId: ref('HLTX01_SYS'), FIsIncludedTax: true },
  FSaleOrderEntry: [orderLine()],
  ...change,
});

const voucherLine = (explanation: string, account: string, debit: string, credit: string) => ({
  FEXPLANATION: explanation,
  FACCOUNTID: ref(account),
  ...(account === '1122' ? { FDetailID: { FDETAILID__FFLEX6: ref('C001') } } : {}),
  FCURRENCYID: ref('PRE001'),
  FEXCHANGERATETYPE: ref('HLTX01_SYS'),
  FEXCHANGERATE: 1,
  FAMOUNTFOR: debit === '0' ? credit : debit,
  FDEBIT: debit,
  FCREDIT: credit,
});

export const voucherModel = (key: string, debit = '1130.00', credit = debit, change: Record<string, unknown> = {}) => ({
  FDate: '2026-11-30',
  FBUSDATE: '2026-11-30',
  FAccountBookID: ref('001'),
  FVOUCHERGROUPID: ref('PRE001'),
  FEntity: [
    voucherLine(`[${key}] 十一月订阅收入`, '1122', debit, '0'),
    voucherLine(`[${key}] 十一月订阅收入`, '6001', '0', credit),
  ],
  ...change,
});
