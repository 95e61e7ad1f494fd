import raw from '../sandbox-data.json' with { type: 'json' };

/** Who is known to the sandbox's gateway and warehouse, and what lies in the warehouse at the start. */
export const SANDBOX = raw;
