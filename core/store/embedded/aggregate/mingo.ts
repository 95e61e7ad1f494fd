/** Thrown by the compiler when an expression needs mingo, which is loaded on first use. */
export class MingoNeeded extends Error {}
export async function loadMingo(): Promise<void> {}
