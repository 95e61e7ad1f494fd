import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Journal, Period } from './books-types';
import { call, query, upload } from './client';
import type {
  Attachment,
  Connection,
  Decision,
  Effect,
  OrderDetail,
  OrderSummary,
  Page,
  Proof,
  Session,
  Settle,
  Task,
  TaskDetail,
  TimelineItem,
} from './types';

/** Milliseconds between two looks at the hub while a page is open and visible. */
const LIVE = 5_000;
const live = { refetchInterval: LIVE, placeholderData: keepPreviousData } as const;

const id = encodeURIComponent;

export const useSession = () =>
  useQuery({ queryKey: ['session'], queryFn: () => call<Session>('GET', '/session'), staleTime: 60_000 });

export interface OrderFilter {
  search?: string;
  view?: string;
  cursor?: string;
  limit?: number;
}

export const useOrders = (filter: OrderFilter, enabled = true) =>
  useQuery({
    enabled,
    queryKey: ['orders', filter],
    queryFn: () => call<Page<OrderSummary>>('GET', `/orders${query({ ...filter })}`),
    ...live,
  });

export const useOrder = (order: string) =>
  useQuery({
    queryKey: ['order', order],
    queryFn: () => call<OrderDetail>('GET', `/orders/${id(order)}`),
    refetchInterval: LIVE,
  });

export const useTimeline = (order: string) =>
  useInfiniteQuery({
    queryKey: ['timeline', order],
    queryFn: ({ pageParam }) =>
      call<Page<TimelineItem>>('GET', `/orders/${id(order)}/timeline${query({ cursor: pageParam, limit: 100 })}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: LIVE,
  });

export const useJournals = (order: string) =>
  useQuery({
    queryKey: ['journals', order],
    queryFn: () => call<Page<Journal>>('GET', `/orders/${id(order)}/journals`),
    ...live,
  });

export const useTasks = (
  filter: { state: 'waiting' | 'closed'; mine?: boolean; cursor?: string; limit?: number },
  enabled = true,
) =>
  useQuery({
    enabled,
    queryKey: ['tasks', filter],
    queryFn: () =>
      call<Page<Task>>(
        'GET',
        `/tasks${query({ ...filter, mine: filter.mine === undefined ? undefined : String(filter.mine) })}`,
      ),
    ...live,
  });

export const useTask = (task: string) =>
  useQuery({
    queryKey: ['task', task],
    queryFn: () => call<TaskDetail>('GET', `/tasks/${id(task)}`),
    refetchInterval: LIVE,
  });

export const useEffects = (
  filter: { order?: string; state?: string; cursor?: string; limit?: number },
  enabled = true,
) =>
  useQuery({
    enabled,
    queryKey: ['effects', filter],
    queryFn: () => call<Page<Effect>>('GET', `/effects${query({ ...filter })}`),
    ...live,
  });

export const useAttachments = (order: string) =>
  useQuery({
    queryKey: ['attachments', order],
    queryFn: () => call<Page<Attachment>>('GET', `/orders/${id(order)}/attachments${query({ limit: 100 })}`),
    ...live,
  });

export function useAttach(order: string, task?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      const at = (file: File): string => `/orders/${id(order)}/attachments${query({ name: file.name, task })}`;
      for (const file of files) await upload<Attachment>(at(file), file);
      return files.length;
    },
    onSettled: () => client.invalidateQueries(),
  });
}

export function useDetach() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (attachment: string) => call<Attachment>('DELETE', `/attachments/${id(attachment)}`),
    onSettled: () => client.invalidateQueries(),
  });
}

export const useConnections = () =>
  useQuery({
    queryKey: ['connections'],
    queryFn: () => call<Page<Connection>>('GET', '/connections'),
    ...live,
  });

export function useDecide(task: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { decision: Decision; comment?: string }) =>
      call<Task>('POST', `/tasks/${id(task)}/decision`, body),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useSettle(effect: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { as: Settle; evidence?: string }) =>
      call<Effect>('POST', `/effects/${id(effect)}/settle`, body),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useProve(connection: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<Proof>('POST', `/connections/${id(connection)}/probe`),
    onSettled: () => client.invalidateQueries({ queryKey: ['connections'] }),
  });
}

/** Something a person tells the hub about an order; it is applied in the order's lane, soon after the answer. */
export function useReport(order: string, what: 'returns' | 'return-receipts' | 'amendments' | 'steps') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: unknown; key: string }) =>
      call<{ id: string; duplicate: boolean }>('POST', `/orders/${id(order)}/${what}`, body, key),
    onSettled: () => client.invalidateQueries(),
  });
}

export const usePeriods = (cursor: string) =>
  useQuery({
    queryKey: ['periods', cursor],
    queryFn: () => call<Page<Period>>('GET', `/periods${query({ cursor })}`),
    ...live,
  });

/** Looked at every second while its close is under way. */
export const usePeriod = (period: string) =>
  useQuery({
    queryKey: ['period', period],
    queryFn: () => call<Period>('GET', `/periods/${id(period)}`),
    refetchInterval: ({ state: { data } }) =>
      data?.closeAsked !== undefined && data.state !== 'closed' ? 1_000 : LIVE,
  });

export function useClosePeriod(period: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<Period>('POST', `/periods/${id(period)}/close`),
    onSettled: () => client.invalidateQueries(),
  });
}
