import { type ThemeConfig, theme } from 'antd';
import { FONT_CODE, FONT_TEXT, type Mode, mix, PALETTES, type Palette, type Tone } from './tokens';

/** All tokens of one state tone. Hover is 8 % lighter, active 8 % darker, the border a quarter of the way to the solid. */
function tone(name: string, p: Palette, from: Tone): Record<string, string> {
  const solid = p[`${from}Solid`];
  const tint = p[`${from}Tint`];
  return {
    [`color${name}`]: solid,
    [`color${name}Hover`]: mix(solid, '#FFFFFF', 0.08),
    [`color${name}Active`]: mix(solid, '#000000', 0.08),
    [`color${name}Text`]: p[from],
    [`color${name}TextHover`]: p[from],
    [`color${name}TextActive`]: p[from],
    [`color${name}Bg`]: tint,
    [`color${name}BgHover`]: tint,
    [`color${name}Border`]: mix(tint, solid, 0.25),
    [`color${name}BorderHover`]: mix(tint, solid, 0.25),
  };
}

const table = (p: Palette) => ({
  colorBgLayout: p.page,
  colorBgBase: p.panel,
  colorBgContainer: p.panel,
  colorBgElevated: p.raised,
  colorBgSpotlight: p.spot,
  colorBorder: p.edge,
  colorBorderSecondary: p.hair,
  colorText: p.ink,
  colorTextSecondary: p.ink2,
  colorTextTertiary: p.ink3,
  colorTextQuaternary: p.off,
  colorPrimary: p.azurite,
  colorPrimaryHover: p.azuriteHover,
  colorPrimaryActive: p.azuriteActive,
  colorPrimaryText: p.azurite,
  colorPrimaryTextHover: p.azuriteHover,
  colorPrimaryTextActive: p.azuriteActive,
  colorPrimaryBg: p.azuriteTint,
  colorPrimaryBgHover: p.azuriteTintHover,
  colorPrimaryBorder: mix(p.azuriteTint, p.azurite, 0.25),
  colorPrimaryBorderHover: mix(p.azuriteTint, p.azurite, 0.4),
  colorLink: p.azurite,
  colorLinkHover: p.azuriteHover,
  colorLinkActive: p.azuriteActive,
  ...tone('Info', p, 'running'),
  ...tone('Success', p, 'confirmed'),
  ...tone('Warning', p, 'unknown'),
  ...tone('Error', p, 'refused'),
});

/** Ant Design's theme from our table. Its own derivation greys deep seeds, so the last algorithm puts the table back. */
export function antdTheme(mode: Mode, touch: boolean): ThemeConfig {
  const p = PALETTES[mode];
  const base = mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm;
  const rows = table(p);
  return {
    algorithm: [base, (_seed, map) => ({ ...(map ?? base(_seed)), ...rows })],
    token: {
      ...rows,
      colorTextHeading: p.ink,
      colorTextLabel: p.ink2,
      colorTextDescription: p.ink3,
      colorTextPlaceholder: p.ink3,
      colorTextDisabled: p.off,
      colorIcon: p.ink3,
      colorSplit: p.hair,
      colorTextLightSolid: p.onAzurite,
      controlItemBgActive: p.azuriteTint,
      controlHeight: touch ? 44 : 32,
      controlHeightSM: touch ? 44 : 28,
      fontFamily: FONT_TEXT,
      fontFamilyCode: FONT_CODE,
      fontSize: 14,
      lineHeight: 22 / 14,
      fontWeightStrong: 600,
      borderRadius: 4,
      borderRadiusSM: 4,
      borderRadiusLG: 6,
      boxShadow: p.shadow,
      boxShadowSecondary: p.shadow,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.16s',
      motionDurationSlow: '0.24s',
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        primaryColor: p.onAzurite,
        fontWeight: 400,
      },
      Tabs: { itemColor: p.ink2, itemSelectedColor: p.ink, itemHoverColor: p.ink, horizontalMargin: '0 0 12px 0' },
    },
  };
}
