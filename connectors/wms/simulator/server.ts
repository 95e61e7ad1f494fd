import type { IncomingMessage, ServerResponse } from 'node:http';
import { Faults } from '../../../core/connector/kit/faults.js';
import { readXml } from '../../../core/connector/kit/xml.js';
import type { Simulator, SimulatorContext } from '../../../core/connector/simulator.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { beijingText } from '../beijing-time.js';
import { LISTS } from '../lists.js';
import { admit, asGateway, asWarehouse, forwarded, paramsOf, type Role } from './admit.js';
import { failure, gatewayFault, injected, Refusal } from './answers.js';
import { Callbacks } from './callbacks.js';
import { CONTROLS, ControlFault } from './control.js';
import { SANDBOX } from './data.js';
import { inspect } from './inspect.js';
import { METHODS, type Warehouse } from './methods.js';
import { WarehouseStore } from './store.js';

export interface WmsSimulatorOptions {
  /** What a second order of one code gets; a refusal by default. */
  readonly duplicates?: 'refuse' | 'first';
  /** Waits before a confirmation is posted again; four growing ones by default. */
  readonly gapsMs?: readonly number[];
  readonly pause?: (ms: number) => Promise<void>;
  /** How long the gateway waits for the warehouse before it answers a fault; 5 s by default. */
  readonly patienceMs?: number;
}

export interface WmsSimulator extends Simulator {
  /** Resolves when every confirmation was taken or given up. */
  settled(): Promise<void>;
}

const GATEWAY_PATH = '/router/qimen/service';
const WAREHOUSE_PATH = '/wms/service';
const PREFIX = 'taobao.qimen.';
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const GAPS_MS = [1_000, 5_000, 25_000, 125_000];

const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** The platform's gateway and a strict warehouse behind it; what stands there is rebuilt from the journal. */
export function createWmsSimulator(context: SimulatorContext, options: WmsSimulatorOptions = {}): WmsSimulator {
  const { duplicates = 'refuse', gapsMs = GAPS_MS, pause = pauseMs, patienceMs = 5_000 } = options;
  const store = new WarehouseStore(context.journal);
  const callbacks = new Callbacks({ store, clock: context.clock, gapsMs, pause });
  const faults = new Faults();
  const nowMs = (): number => context.clock.now().getTime();
  const now = (): string => beijingText(context.clock.now());
  const warehouse: Warehouse = { store, now, duplicates };
  const { appKey, appSecret, receiver, customerId } = SANDBOX;
  const shared = { customerId, methods: new Set(Object.keys(METHODS)) };
  const gateway: Role = { ...shared, keys: { [appKey]: appSecret }, prefix: PREFIX, refuse: asGateway };
  const behind: Role = {
    ...shared,
    keys: { [receiver.appKey]: receiver.appSecret },
    prefix: '',
    refuse: asWarehouse,
  };

  /** The warehouse's own answer to a call that reached it. */
  const receive = (query: string, body: Buffer): string => {
    const { method } = admit(query, body, behind, nowMs());
    const { root, content } = readRequest(body);
    const run = METHODS[method];
    if (root !== 'request' || run === undefined) throw failure('invalid-body', `<request> is missing`);
    return run(content, warehouse);
  };

  /** The gateway judges, then hands on under the warehouse's keys. */
  const route = (query: string, body: Buffer): string => {
    const { method, params } = admit(query, body, gateway, nowMs());
    const refused = faults.take('refuse', method);
    if (refused !== undefined) throw injected(refused.code ?? '7');
    return receive(forwarded(params, method, body, receiver.appKey, receiver.appSecret), body);
  };

  const said = (run: () => string): string => {
    try {
      return run();
    } catch (error) {
      if (error instanceof Refusal) return error.xml;
      throw error;
    }
  };

  const answerCall = async (request: IncomingMessage, response: ServerResponse, path: string, query: string) => {
    if (request.method !== 'POST') return send(response, 405, 'text/plain', 'Only POST is allowed.');
    const body = await readBody(request);
    if (body === undefined) return send(response, 413, 'text/plain', 'The request is too large.');
    const what = (paramsOf(query)?.['method'] ?? '').replace(PREFIX, '');
    if (faults.take('dropBefore', what) !== undefined) return void request.socket.destroy();
    const before = store.commits;
    const isXml = /^(application|text)\/xml\s*;\s*charset\s*=\s*"?utf-8"?\s*$/i.test(
      request.headers['content-type'] ?? '',
    );
    const run = path === GATEWAY_PATH ? route : receive;
    const xml = said(() => {
      if (!isXml) throw gatewayFault('41', 'Invalid Arguments:Content-Type');
      return run(query, body);
    });
    if (store.commits > before && faults.take('dropAfterCommit', what) !== undefined) {
      return void request.socket.destroy();
    }
    const { delayMs = 1_000 } = faults.take('delay', what) ?? { delayMs: 0 };
    if (delayMs > 0) await pauseMs(Math.min(delayMs, patienceMs));
    send(response, 200, 'application/xml;charset=UTF-8', delayMs > patienceMs ? TIMED_OUT : xml);
  };

  const answerControl = async (request: IncomingMessage, response: ServerResponse, name: string) => {
    const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
    if (request.method !== 'POST' || control === undefined) return json(response, 404, { error: 'no such control' });
    try {
      const body = await readBody(request);
      json(response, 200, await control(parse(body), { store, callbacks, now }));
    } catch (error) {
      if (!(error instanceof ControlFault)) throw error;
      json(response, error.status, { error: error.message });
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '';
    const at = url.indexOf('?');
    const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
    if (path.startsWith('/control/')) return answerControl(request, response, path.slice('/control/'.length));
    if (path === GATEWAY_PATH || path === WAREHOUSE_PATH) return answerCall(request, response, path, query);
    send(response, 404, 'text/plain', 'There is nothing here.');
  };

  return {
    handler: (request, response) => {
      answer(request, response).catch(() => send(response, 500, 'text/plain', 'Server error.'));
    },
    inject: (fault) => faults.add(fault),
    inspect: () => inspect(store),
    settled: () => callbacks.settled(),
  };
}

const TIMED_OUT = gatewayFault('15', 'Remote service error', 'isp.remote-connection-timeout').xml;

function readRequest(body: Buffer): ReturnType<typeof readXml> {
  try {
    return readXml(body, LISTS);
  } catch (error) {
    if (error instanceof HubError) throw failure('invalid-body', error.message);
    throw error;
  }
}

function parse(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    throw new ControlFault(400, 'the body is no JSON');
  }
}

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': type });
  response.end(text);
}

const json = (response: ServerResponse, status: number, body: object): void =>
  send(response, status, 'application/json', JSON.stringify(body));
