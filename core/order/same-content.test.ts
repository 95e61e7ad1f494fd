import { expect, test } from 'vitest';
import { lineInput, orderInput } from '../../tests/support/orders.js';
import { contentDigestInput } from './same-content.js';

test('the order of fields does not matter, content does', () => {
  const order = orderInput({ note: 'a', region: 'north' });
  const turned = Object.fromEntries(Object.entries(order).reverse()) as typeof order;
  expect(contentDigestInput(turned)).toBe(contentDigestInput(order));
  expect(contentDigestInput({ ...order, note: 'b' })).not.toBe(contentDigestInput(order));
  const lines = [lineInput(), lineInput({ ref: 'L2' })];
  expect(contentDigestInput(orderInput({ lines }))).not.toBe(
    contentDigestInput(orderInput({ lines: [...lines].reverse() })),
  );
});

test('fields the hub writes back are left out, in lines too', () => {
  const order = orderInput();
  const echoed = orderInput({ custom: { hubNumber: 'SO-1', kept: 'x' }, lines: [lineInput({ description: 'echo' })] });
  const leaveOut = ['custom.hubNumber', 'lines[].description'];
  expect(contentDigestInput(echoed, leaveOut)).toBe(contentDigestInput({ ...order, custom: { kept: 'x' } }, leaveOut));
  expect(contentDigestInput(echoed)).not.toBe(contentDigestInput({ ...order, custom: { kept: 'x' } }));
});
