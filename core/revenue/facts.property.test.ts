import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Case, cases, RevenueWorld } from '../../tests/support/revenue-world.js';

/** A few seconds on an idle machine. */
const BUSY_MACHINE_MS = 60_000;

const play = (drawn: Case, closesPeriods: boolean): RevenueWorld => {
  const world = new RevenueWorld(drawn, closesPeriods);
  for (const one of drawn.happenings) world.happen(one);
  return world;
};

test(
  'facts in any order: every journal balances, and all is recognised and billed at the end',
  () => {
    const run = fc.property(cases, (drawn) => {
      const world = play(drawn, true);
      expect(world.wrongSchedules()).toEqual([]);
      expect(world.wrongPrices()).toEqual([]);
      world.finish();
      expect(world.wrongSchedules()).toEqual([]);
      const { contract } = world;
      expect(contract.status).toBe('satisfied');
      expect(contract.recognisedMinor).toBe(contract.transactionPriceMinor);
      expect(contract.billedMinor).toBe(contract.transactionPriceMinor);
      expect(contract.contractLiability).toEqual({ minor: 0, baseMinor: 0 });
      expect(contract.contractAsset).toEqual({ minor: 0, baseMinor: 0 });
      expect(contract.pendingVat).toEqual({ minor: 0, baseMinor: 0 });
      expect(contract.outputVat.minor).toBe(contract.taxMinor);
      expect(contract.receivable.minor).toBe(contract.transactionPriceMinor + contract.taxMinor);
      expect(contract.nextDue).toBeUndefined();
      expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
    });
    fc.assert(run, { numRuns: 50 });
  },
  BUSY_MACHINE_MS,
);

test(
  'periods closed as they come or all at once at the end recognise the same, line by line',
  () => {
    const inOrder = cases.map((drawn) => ({
      ...drawn,
      happenings: [...drawn.happenings].sort((a, b) => a.day - b.day),
    }));
    const run = fc.property(inOrder, (drawn) => {
      const recognised = [true, false].map((closesPeriods) => {
        const world = play(drawn, closesPeriods);
        world.finish();
        return world.contract.obligations.map((o) => o.recognisedMinor);
      });
      expect(recognised[0]).toEqual(recognised[1]);
    });
    fc.assert(run, { numRuns: 25 });
  },
  BUSY_MACHINE_MS,
);
