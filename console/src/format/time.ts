import type { Lang } from './money';

interface Parts {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}

function partsOf(at: Date, zone: string | undefined): Parts {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value])) as unknown as Parts;
}

/** `UTC+8`, `UTC-3:30`, `UTC`. */
function offsetOf(at: Date, p: Parts): string {
  const wall = Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second);
  const minutes = Math.round((wall - at.getTime()) / 60_000);
  if (minutes === 0) return 'UTC';
  const whole = Math.trunc(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '-' : '+'}${whole}${rest === 0 ? '' : `:${rest}`}`;
}

/** Calendar day in the zone, `2026-10-12`. @param zone IANA name; the reader's own when absent. */
export function dayOf(instant: string, zone?: string): string {
  const p = partsOf(new Date(instant), zone);
  return `${p.year}-${p.month}-${p.day}`;
}

/** `09:14:02`. */
export function clockOf(instant: string, zone?: string): string {
  const p = partsOf(new Date(instant), zone);
  return `${p.hour}:${p.minute}:${p.second}`;
}

/** `2026-10-12 09:14:02 UTC+8`, the exact form behind every relative time. */
export function exactTime(instant: string, zone?: string): string {
  const at = new Date(instant);
  const p = partsOf(at, zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second} ${offsetOf(at, p)}`;
}

const AGO: Record<Lang, { now: string; min: string; h: string; soonMin: string; soonH: string; yesterday: string }> = {
  en: { now: 'just now', min: '# min ago', h: '# h ago', soonMin: 'in # min', soonH: 'in # h', yesterday: 'yesterday' },
  'zh-CN': {
    now: '刚刚',
    min: '# 分钟前',
    h: '# 小时前',
    soonMin: '# 分钟后',
    soonH: '# 小时后',
    yesterday: '昨天',
  },
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As lists show it: relative for a day, then `yesterday 17:20`, then `10-12 09:14` in this year, then `2025-10-12`. */
export function relativeTime(instant: string, now: Date, lang: Lang, zone?: string): string {
  const at = new Date(instant);
  const age = now.getTime() - at.getTime();
  const words = AGO[lang];
  const fill = (text: string, n: number): string => text.replace('#', String(n));
  if (Math.abs(age) < MINUTE) return words.now;
  if (age < 0 && age > -HOUR) return fill(words.soonMin, Math.ceil(-age / MINUTE));
  if (age < 0 && age > -DAY) return fill(words.soonH, Math.round(-age / HOUR));
  if (age > 0 && age < HOUR) return fill(words.min, Math.floor(age / MINUTE));
  if (age > 0 && age < DAY) return fill(words.h, Math.floor(age / HOUR));
  const p = partsOf(at, zone);
  const yesterday = dayOf(new Date(now.getTime() - DAY).toISOString(), zone);
  if (`${p.year}-${p.month}-${p.day}` === yesterday) return `${words.yesterday} ${p.hour}:${p.minute}`;
  if (p.year === partsOf(now, zone).year) return `${p.month}-${p.day} ${p.hour}:${p.minute}`;
  return `${p.year}-${p.month}-${p.day}`;
}
