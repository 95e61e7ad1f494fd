import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { type HubInfo, readHubInfo } from '../config/hub-info.js';
import { HubError } from '../errors/hub-error.js';

/** A problem the hub answered, passed on to the terminal as it is. */
export class AnsweredProblem extends Error {
  override readonly name = 'AnsweredProblem';
  constructor(
    readonly problem: { title: string; detail?: string; code?: string; titleZh?: string; detailZh?: string },
  ) {
    super(problem.title);
  }
}

/** The running hub's API in the name of the local operator. @throws HubError HUB_NOT_RUNNING */
export function hubApi(dataDir: string): AxiosInstance {
  const info = readHubInfo(dataDir);
  if (info === undefined) throw new HubError('HUB_NOT_RUNNING', { dataDir });
  return apiOf(info, dataDir);
}

export function apiOf(info: HubInfo, dataDir: string): AxiosInstance {
  const api = axios.create({
    baseURL: info.url,
    timeout: 60_000,
    maxRedirects: 0,
    headers: { authorization: `Bearer ${info.token}` },
  });
  api.interceptors.response.use(undefined, (error: unknown) => {
    if (!isAxiosError(error)) throw error;
    if (error.response === undefined) throw new HubError('HUB_NOT_RUNNING', { dataDir }, { cause: error });
    const problem: unknown = error.response.data;
    if (typeof problem === 'object' && problem !== null && 'title' in problem) {
      throw new AnsweredProblem(problem as AnsweredProblem['problem']);
    }
    throw error;
  });
  return api;
}
