/** Addresses inside the console. Keys of tasks have slashes, numbers of orders may. */
export const orderPath = (orderNumber: string): string => `/orders/${encodeURIComponent(orderNumber)}`;
export const taskPath = (taskId: string): string => `/inbox/${encodeURIComponent(taskId)}`;
export const periodPath = (period: string): string => `/periods/${encodeURIComponent(period)}`;
