import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { AnsweredProblem, hubApi } from '../cli/api.js';
import { HubError } from '../errors/hub-error.js';

const PATIENCE_MS = 90_000;
const LOOK_MS = 150;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export type HubClient = ReturnType<typeof hubClient>;

/** The hub's API for the demo: a hub that is away (killed, restarting) is waited for, as a good sender would. */
export function hubClient(dataDir: string) {
  async function patiently<T>(call: (api: AxiosInstance) => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await call(hubApi(dataDir));
      } catch (error) {
        const away = error instanceof HubError && error.code === 'HUB_NOT_RUNNING';
        // The token of a hub that was started anew while this call was on its way.
        const stale = error instanceof AnsweredProblem && error.problem.code === 'ACCESS_SIGN_IN_NEEDED';
        if ((!away && !stale) || performance.now() > deadline) throw error;
        await pause(LOOK_MS);
      }
    }
  }

  const get = async <T>(path: string, config: AxiosRequestConfig = {}): Promise<T> =>
    (await patiently((api) => api.get<T>(path, config))).data;
  const post = <T>(path: string, body: unknown, config: AxiosRequestConfig = {}) =>
    patiently((api) => api.post<T>(path, body, config));

  /** Looks again until there is something. @throws Error naming what it waited for. */
  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1_000} s for ${what}`);
      await pause(LOOK_MS);
    }
  }

  /** Where the hub that runs now is reached. */
  const url = (): Promise<string> => patiently(async (api) => api.defaults.baseURL ?? '');

  return { get, post, until, url };
}
