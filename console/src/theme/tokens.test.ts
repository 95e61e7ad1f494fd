import { describe, expect, test } from 'vitest';
import { cssVariables, mix, PALETTES, TONES } from './tokens';

/** WCAG relative luminance of `#RRGGBB`. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('%s', (mode) => {
  const p = PALETTES[mode];
  test.each(TONES)('text of %s is readable on its tint', (tone) => {
    expect(contrast(p[tone], p[`${tone}Tint`])).toBeGreaterThanOrEqual(4.5);
  });

  test('text is readable on every ground', () => {
    for (const ground of [p.page, p.panel, p.sunk]) {
      for (const text of [p.ink, p.ink2, p.ink3]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(p.azurite, ground)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(p.unknown, p.hatch)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(p.onAzurite, p.azurite)).toBeGreaterThanOrEqual(4.5);
  });

  test('edges of inputs are seen', () => {
    expect(contrast(p.edge, p.panel)).toBeGreaterThanOrEqual(3);
  });
});

test('variables are dashed and defined for both modes', () => {
  const sheet = cssVariables();
  expect(sheet).toContain('--oh-azurite-tint-hover:#D3E6EB;');
  expect(sheet).toContain('--oh-ink-2:#B3BCBC;');
});

test('mix goes the given share of the way', () => {
  expect(mix('#000000', '#FFFFFF', 0.5)).toBe('#808080');
  expect(mix('#E6EFE8', '#2D5543', 0)).toBe('#E6EFE8');
});
